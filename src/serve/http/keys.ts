import { createHash, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** "secret" is for servers and may do everything; "publishable" is for browsers and may only write events. */
export type KeyKind = "secret" | "publishable";

const prefixes: Readonly<Record<KeyKind, string>> = { secret: "heed_sk_", publishable: "heed_pk_" };
const shape = /^heed_(sk|pk)_[A-Za-z0-9_-]{43}$/;

/** A new key: a prefix that people and secret scanners recognise, then 256 random bits in base64url. */
export function newKey(kind: KeyKind): string {
  return prefixes[kind] + randomBytes(32).toString("base64url");
}

/** The kind of a well-formed key; null for anything else. */
export function keyKind(key: string): KeyKind | null {
  const match = shape.exec(key);
  if (!match) return null;
  return match[1] === "sk" ? "secret" : "publishable";
}

/** SHA-256 in hexadecimal. A slow password hash would add nothing: 256 random bits cannot be searched. */
export function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** A key's public name: the first 64 bits of its hash, which whoever holds the key can compute too. */
export function keyId(hash: string): string {
  return hash.slice(0, 16);
}

/** Compares two hashes in constant time. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The key that signs user tokens, in hexadecimal: HKDF-SHA256 (RFC 5869) of a secret key, with no salt and the info
 * "heed user token v1", 32 bytes. The holder of the secret key derives it to sign; Heed stores it, beside the hash, to
 * verify. The derivation is one-way: whoever reads Heed's key file can forge tokens (read single users' answers), which is
 * what the database beside that file gives away anyway, but cannot call Heed with the secret key, write items or erase.
 */
export function tokenKey(secretKey: string): string {
  return Buffer.from(hkdfSync("sha256", secretKey, "", "heed user token v1", 32)).toString("hex");
}
