import { createHmac, timingSafeEqual } from "node:crypto";
import { HeedError } from "../core/errors.js";
import { streamKey } from "../core/random.js";

/** Whose list a cursor goes on with; another user's or surface's cursor is refused. */
export interface CursorScope {
  project: string;
  surface: string;
  user: string;
}

/** What an earlier page left behind. */
export interface Page {
  /** Whether an earlier page showed the item. Wrongly yes with probability hashes.length / 2^32, never wrongly no. */
  shown(item: string): boolean;
  /** Of the items shown so far. */
  hashes: Uint32Array;
  salt: number;
}

/** A list may be paged through this far; then there is no cursor any more. */
export const maxShown = 1000;

const version = 1;
const headerBytes = 5;
const tagBytes = 16;

/**
 * Paging without repetition and without memory on the server: the cursor itself carries a 32-bit hash of every item shown,
 * so it does not matter what scores or catalogue do in between. That is 28 characters and 16/3 for each item, at most
 * `maxShown` items. It is signed together with its scope, so it cannot be made up, changed or used by another user.
 *
 * `previous` is the page that this answer went on from. `request` salts the hashes of a first page, so that two items that
 * collide in one list do not in the next. Undefined when the list has come to its end.
 */
export function nextCursor(
  scope: CursorScope,
  request: string,
  items: readonly string[],
  secret: Uint8Array,
  previous?: Page,
): string | undefined {
  const salt = previous?.salt ?? streamKey(0, "cursor", request);
  const hashes = [...(previous?.hashes ?? []), ...items.map((item) => streamKey(salt, item))];
  if (hashes.length > maxShown) return undefined;
  const body = Buffer.alloc(headerBytes + 4 * hashes.length);
  body.writeUInt8(version, 0);
  body.writeUInt32LE(salt, 1);
  for (const [i, hash] of hashes.entries()) body.writeUInt32LE(hash, headerBytes + 4 * i);
  return Buffer.concat([sign(scope, body, secret), body]).toString("base64url");
}

/** Reads a cursor. Throws `cursor-invalid` for anything that `nextCursor` did not make with this secret and scope. */
export function readCursor(scope: CursorScope, cursor: string, secret: Uint8Array): Page {
  const bytes = Buffer.from(cursor, "base64url");
  const body = bytes.subarray(tagBytes);
  if (
    bytes.toString("base64url") !== cursor ||
    body.length < headerBytes ||
    (body.length - headerBytes) % 4 !== 0 ||
    !timingSafeEqual(bytes.subarray(0, tagBytes), sign(scope, body, secret)) ||
    body.readUInt8(0) !== version
  ) {
    throw new HeedError(
      "cursor-invalid",
      "the cursor is damaged, or belongs to another user, surface or server",
      "leave the cursor out to start from the first page",
    );
  }
  const salt = body.readUInt32LE(1);
  const hashes = Uint32Array.from({ length: (body.length - headerBytes) / 4 }, (_, i) =>
    body.readUInt32LE(headerBytes + 4 * i),
  );
  const known = new Set(hashes);
  return { shown: (item) => known.has(streamKey(salt, item)), hashes, salt };
}

function sign({ project, surface, user }: CursorScope, body: Uint8Array, secret: Uint8Array): Buffer {
  return createHmac("sha256", secret)
    .update(JSON.stringify(["heed-cursor", project, surface, user]))
    .update(body)
    .digest()
    .subarray(0, tagBytes);
}
