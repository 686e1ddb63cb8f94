import { HeedError, nearest } from "../../core/errors.js";
import { changeKeys, type KeyRecord, keyRecordSchema, type Rate, readKeys } from "./key-file.js";
import { hashKey, type KeyKind, keyId, newKey, tokenKey } from "./keys.js";
import { publishableScopes, type Scope, scopes } from "./scopes.js";

export interface NewKey {
  kind: KeyKind;
  /** The tenant; the default is "default". */
  project?: string | undefined;
  /** What a secret key may do; everything by default. A publishable key only writes events. */
  scopes?: readonly Scope[] | undefined;
  label?: string | undefined;
  /** When it ends to be valid, RFC 3339 UTC; never by default. */
  expires?: string | undefined;
  rate?: Rate | undefined;
  /** Pages that may use a publishable key, such as "https://shop.example". */
  origins?: readonly string[] | undefined;
}

/** A key as it may be shown: all that is kept but the hash and what verifies its tokens. */
export type KeySummary = Omit<KeyRecord, "hash" | "tokenKey">;

/** A key that was just made. `key` cannot be shown again. */
export interface MadeKey extends KeySummary {
  key: string;
}

/** Makes a key and keeps its hash in `home`/keys.json. A running server knows it within a second. */
export function createKey(home: string, options: NewKey): MadeKey {
  const { key, record } = make(options);
  changeKeys(home, (keys) => ({ keys: [...keys, record], result: undefined }));
  return { key, ...summary(record) };
}

/** Every key, oldest first, the revoked and expired ones too. */
export function listKeys(home: string): KeySummary[] {
  return readKeys(home).map(summary);
}

/** Ends a key, and every user token signed with it, within a second. Revoking it again changes nothing. */
export function revokeKey(home: string, id: string): KeySummary {
  return changeKeys(home, (keys) => {
    const old = find(keys, id);
    const record = old.revoked ? old : { ...old, revoked: new Date().toISOString() };
    return { keys: keys.map((key) => (key === old ? record : key)), result: summary(record) };
  });
}

/**
 * Makes a key with the same rights beside an old one. The old one stays valid for `grace` seconds (a day by default), time
 * enough to deploy the new one, unless it ends earlier anyway.
 */
export function rotateKey(home: string, id: string, grace = 86_400): { made: MadeKey; old: KeySummary } {
  if (!(grace >= 0))
    throw new HeedError("invalid", `the grace period is ${grace}`, "give a number of seconds, 0 or more");
  return changeKeys(home, (keys) => {
    const found = find(keys, id);
    const now = Date.now();
    if (found.revoked || Date.parse(found.expires ?? "9999-12-31T00:00:00Z") <= now)
      throw new HeedError("conflict", `key ${id} is no longer valid`, "make a new one: heed keys create");
    const { key, record } = make({ ...found, expires: undefined });
    const end = new Date(now + grace * 1000).toISOString();
    const old = { ...found, expires: found.expires && found.expires < end ? found.expires : end };
    return {
      keys: [...keys.map((entry) => (entry === found ? old : entry)), record],
      result: { made: { key, ...summary(record) }, old: summary(old) },
    };
  });
}

function make(options: NewKey): { key: string; record: KeyRecord } {
  const secret = options.kind === "secret";
  const refused = secret ? undefined : options.scopes?.find((scope) => !publishableScopes.includes(scope));
  if (refused)
    throw new HeedError(
      "invalid",
      `a publishable key cannot have the scope ${refused}`,
      "it is in every visitor's browser; use a secret key on a server, or user tokens",
    );
  if (secret && options.origins?.length)
    throw new HeedError(
      "invalid",
      "a secret key has no origins",
      "browsers never hold it: make a publishable key for the page",
    );
  const key = newKey(options.kind);
  const hash = hashKey(key);
  const parsed = keyRecordSchema.safeParse({
    id: keyId(hash),
    kind: options.kind,
    project: options.project ?? "default",
    scopes: options.scopes ?? (secret ? scopes : publishableScopes),
    label: options.label ?? "",
    lastFour: key.slice(-4),
    created: new Date().toISOString(),
    ...(options.expires !== undefined && { expires: options.expires }),
    ...(options.rate && { rate: options.rate }),
    origins: options.origins ?? [],
    hash,
    ...(secret && { tokenKey: tokenKey(key) }),
  });
  if (parsed.success) return { key, record: parsed.data };
  const [issue] = parsed.error.issues;
  throw new HeedError(
    "invalid",
    `${issue?.path.join(".")}: ${issue?.message}`,
    "mend that option and try again",
  );
}

function find(keys: readonly KeyRecord[], id: string): KeyRecord {
  const found = keys.find((key) => key.id === id);
  if (found) return found;
  const near = nearest(
    id,
    keys.map((key) => key.id),
  );
  throw new HeedError(
    "unknown-key",
    "there is no key with that id",
    near ? `did you mean ${near}?` : "list the keys: heed keys list",
  );
}

function summary({ hash: _, tokenKey: __, ...shown }: KeyRecord): KeySummary {
  return shown;
}
