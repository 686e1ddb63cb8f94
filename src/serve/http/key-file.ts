import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { HeedError } from "../../core/errors.js";
import { nameSchema } from "../../events/event.js";
import { scopes } from "./scopes.js";

const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));

/** A token bucket: `perSecond` requests in the long run, `burst` at once. */
export const rateSchema = z.strictObject({ perSecond: z.number().gt(0), burst: z.number().min(1) });

/** A page's origin as browsers send it, or "*" for any. */
export const originSchema = z
  .string()
  .refine(
    (text) => text === "*" || (URL.canParse(text) && new URL(text).origin === text),
    'an origin looks like "https://shop.example" (no path, no slash at the end), or is "*"',
  );

/** What is kept of a key; the key itself is shown once, when it is made, and kept nowhere. */
export const keyRecordSchema = z.strictObject({
  id: hex(16),
  kind: z.enum(["secret", "publishable"]),
  project: nameSchema,
  scopes: z.array(z.enum(scopes)),
  label: z.string().max(256),
  /** The key's last four characters, for people to recognise it. */
  lastFour: z.string(),
  created: z.iso.datetime(),
  expires: z.iso.datetime().optional(),
  revoked: z.iso.datetime().optional(),
  rate: rateSchema.optional(),
  /** Pages that may use a publishable key. */
  origins: z.array(originSchema),
  hash: hex(64),
  /** Verifies the user tokens of a secret key; see `tokenKey`. */
  tokenKey: hex(64).optional(),
});

export type KeyRecord = z.infer<typeof keyRecordSchema>;
export type Rate = z.infer<typeof rateSchema>;

const fileSchema = z.strictObject({ version: z.literal(1), keys: z.array(keyRecordSchema) });

/** Where a home folder keeps its keys. */
export function keyFile(home: string): string {
  return join(home, "keys.json");
}

/** The keys in `home`, oldest first; none where the file is absent. Throws where it is damaged or others can read it. */
export function readKeys(home: string): KeyRecord[] {
  const file = keyFile(home);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return [];
  if (process.platform !== "win32" && (stat.mode & 0o077) !== 0)
    throw new HeedError("key-file", `${file} can be read by others`, `run: chmod 600 ${file}`);
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, "utf8"))).keys;
  } catch (cause) {
    throw new HeedError(
      "key-file",
      `${file} is damaged`,
      "restore it from a backup; removing it would open the server to everybody on this machine",
      { cause },
    );
  }
}

/**
 * Changes the keys in `home` under a lock: two commands at once both take effect. The file is replaced atomically, mode
 * 600, so that a reader or a crash sees the old keys or the new ones.
 */
export function changeKeys<T>(
  home: string,
  change: (keys: KeyRecord[]) => { keys: KeyRecord[]; result: T },
): T {
  const file = keyFile(home);
  mkdirSync(dirname(file), { recursive: true });
  const unlock = lock(`${file}.lock`);
  try {
    const { keys, result } = change(readKeys(home));
    const temporary = `${file}.new`;
    writeFileSync(temporary, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    chmodSync(temporary, 0o600); // the mode above is for new files only
    renameSync(temporary, file);
    if (process.platform !== "win32") flushFolder(dirname(file));
    return result;
  } finally {
    unlock();
  }
}

const staleAfter = 10_000;

function lock(file: string): () => void {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > staleAfter) rmSync(file, { force: true }); // whoever made it was killed: a change takes milliseconds
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (cause) {
    throw new HeedError("busy", "another command is changing the keys", "try again in a moment", { cause });
  }
  return () => rmSync(file, { force: true });
}

function flushFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
