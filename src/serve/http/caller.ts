import { HeedError } from "../../core/errors.js";
import type { KeyRecord, Rate } from "./key-file.js";
import { isValid, type Keyring } from "./keyring.js";
import { hashKey, keyId, keyKind, sameHash } from "./keys.js";
import { type Scope, scopes } from "./scopes.js";
import { isSigned, readStatement, type StatementKind, untimely } from "./user-token.js";

/** Who calls, and what they may do. */
export interface Caller {
  /** "open" is anybody on this machine while there are no keys. */
  kind: "open" | "secret" | "publishable" | "user" | "ticket";
  project: string;
  scopes: readonly Scope[];
  /** The key shown, or the one that signed the token. */
  key?: KeyRecord;
  /** Whose answers may be read; a ticket without it hears everybody. */
  user?: string;
  /** When the token of a user ends, in seconds since 1970. */
  expires?: number;
  /** Whether it may go on at a time: long answers ask again. */
  isValid(now: number): boolean;
}

/** What a route asks of its caller. */
export type Access =
  | "public"
  | {
      scope: Scope;
      /** Whether a user token opens it: "own" only for its user, "any" because it tells of nobody. Absent: it does not. */
      userToken?: "own" | "any";
      /** Whether a ticket in the query opens it. */
      ticket?: boolean;
    };

const signIn = "send a key as: Authorization: Bearer heed_sk_... (make one: heed keys create)";

/** The caller that shows no key. Throws where there are keys. */
export function anonymousCaller(keyring: Keyring): Caller {
  if (keyring.keyed()) throw new HeedError("unauthorized", "this needs a key", signIn);
  return { kind: "open", project: "default", scopes, isValid: () => !keyring.keyed() };
}

/** The credential of an Authorization header; throws if it is there and is not a bearer credential. */
export function bearer(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^Bearer +([^ ]+) *$/i.exec(header);
  if (!match) throw new HeedError("unauthorized", "the Authorization header is malformed", signIn);
  return match[1];
}

/** The caller that shows this key, token or ticket. Throws "unauthorized" without telling more than its holder knows. */
export function identify(keyring: Keyring, credential: string, now: number): Caller {
  if (keyKind(credential)) return byKey(keyring, credential, now);
  const statement = readStatement(credential);
  if (!statement) throw new HeedError("unauthorized", "the key is malformed", signIn);
  const { kind, claims } = statement;
  const key = keyring.find(claims.key);
  if (!key?.tokenKey || key.project !== claims.project || !isSigned(credential, key.tokenKey))
    throw new HeedError("unauthorized", `the ${kind} is not known`, renew(kind));
  const flaw = validity(key, now) ?? untimely(claims, now);
  if (flaw) throw new HeedError("unauthorized", `the ${kind} ${flaw}`, renew(kind));
  if (kind === "token" && claims.user === undefined)
    throw new HeedError("unauthorized", "the token names no user", renew(kind));
  // A ticket must be fresh to open a stream; the stream may then outlive it.
  const end = kind === "token" ? claims.expires : claims.until;
  return {
    kind: kind === "token" ? "user" : "ticket",
    project: claims.project,
    scopes: key.scopes,
    key,
    ...(claims.user !== undefined && { user: claims.user }),
    ...(end !== undefined && { expires: end }),
    isValid: (time) => (end === undefined || time / 1000 <= end) && stillValid(keyring, key.id, time),
  };
}

function byKey(keyring: Keyring, credential: string, now: number): Caller {
  const hash = hashKey(credential);
  const key = keyring.find(keyId(hash));
  if (!key || !sameHash(key.hash, hash)) throw new HeedError("unauthorized", "the key is not known", signIn);
  const flaw = validity(key, now);
  if (flaw) throw new HeedError("unauthorized", `the key ${flaw}`, "make a new one: heed keys create");
  return {
    kind: key.kind,
    project: key.project,
    scopes: key.scopes,
    key,
    isValid: (time) => stillValid(keyring, key.id, time),
  };
}

/** Throws "forbidden" unless the caller may use a route at all; whose answers it may read is `checkSubject`'s concern. */
export function checkAccess(access: Access, caller: Caller): void {
  if (access === "public") return;
  const { scope, userToken, ticket } = access;
  if (!caller.scopes.includes(scope))
    throw new HeedError("forbidden", `this needs the scope ${scope}`, remedyFor(caller));
  if ((caller.kind === "user" && !userToken) || (caller.kind === "ticket" && !ticket))
    throw new HeedError("forbidden", `a ${nameOf(caller)} does not open this`, remedyFor(caller));
}

/** Throws "forbidden" if the caller speaks for one user and the request is about another, or about all. */
export function checkSubject(access: Access, caller: Caller, subject: string | undefined): void {
  if (access === "public" || access.userToken === "any") return;
  if (caller.user !== undefined && caller.user !== subject)
    throw new HeedError(
      "forbidden",
      `this ${nameOf(caller)} reads its own user's answers only`,
      "name that user in the request, or call from a server with a secret key",
    );
}

/** The rate of a caller's own bucket and the bucket's name; users have one each, so that none uses up another's. */
export function rateOf(caller: Caller, rates: Readonly<Record<Caller["kind"], Rate>>): [string, Rate] {
  if (caller.user !== undefined) return [`user ${caller.key?.id} ${caller.user}`, rates.user];
  return [`key ${caller.key?.id ?? "open"}`, caller.key?.rate ?? rates[caller.kind]];
}

function validity(key: KeyRecord, now: number): string | null {
  if (key.revoked) return "was revoked";
  return isValid(key, now) ? null : "has expired";
}

function stillValid(keyring: Keyring, id: string, now: number): boolean {
  const key = keyring.find(id);
  return key !== undefined && isValid(key, now);
}

function renew(kind: StatementKind): string {
  return kind === "ticket"
    ? "ask for another: POST /v1/events/tail/tickets"
    : "have your server sign another: signUserToken(secretKey, { user })";
}

function nameOf({ kind }: Caller): string {
  return kind === "user" ? "user token" : kind === "ticket" ? "ticket" : `${kind} key`;
}

function remedyFor({ kind }: Caller): string {
  return kind === "secret"
    ? "make a key with that scope: heed keys create --scope ..."
    : "call this from a server with a secret key";
}
