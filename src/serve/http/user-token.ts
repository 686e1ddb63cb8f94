import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { HeedError } from "../../core/errors.js";
import { nameSchema } from "../../events/event.js";
import { hashKey, keyId, keyKind, tokenKey } from "./keys.js";

/**
 * Signed statements, valid for a short time: a user token lets a browser read one user's answers; a ticket lets a browser's
 * EventSource, which cannot send headers, open the event tail once its page has one.
 *
 * A token is `heed_ut_PAYLOAD.MAC` (a ticket `heed_tk_...`): PAYLOAD is a JSON object { key, project, user, issued, expires }
 * in base64url, times in seconds since 1970; MAC is HMAC-SHA-256 over everything before the dot, prefix included, with the
 * key `tokenKey(secretKey)`, in base64url. There is one algorithm and nothing in a token chooses it.
 */
const prefixes = { token: "heed_ut_", ticket: "heed_tk_" } as const;
export type StatementKind = keyof typeof prefixes;

const shape = /^heed_(ut|tk)_([A-Za-z0-9_-]{1,4096})\.([A-Za-z0-9_-]{43})$/;

const statementSchema = z.strictObject({
  /** The id of the secret key that signed. */
  key: z.string(),
  project: nameSchema,
  /** Whose answers may be read; a ticket without it hears everybody. */
  user: nameSchema.optional(),
  issued: z.int(),
  expires: z.int(),
  /** When what a ticket opened must end: its user's token does. */
  until: z.int().optional(),
});

export type Statement = z.infer<typeof statementSchema>;

/** Clocks of two machines may differ by so many seconds. */
const skew = 30;
/** The longest life of a statement in seconds. */
export const longestLife = 86_400;

export interface UserTokenOptions {
  user: string;
  /** The project of the secret key; the default is "default". */
  project?: string;
  /** Seconds until it ends, at most a day; the default is 15 minutes. */
  expiresIn?: number;
}

/**
 * A token that lets its bearer read this user's answers and merge an anonymous id into this user. Call it on your own server,
 * which knows who is signed in, and give the result to that user's page; Heed is not asked.
 */
export function signUserToken(secretKey: string, options: UserTokenOptions): string {
  if (keyKind(secretKey) !== "secret")
    throw new HeedError("invalid", "that is not a secret key", 'a secret key begins with "heed_sk_"');
  const { user, project = "default", expiresIn = 900 } = options;
  return signStatement("token", tokenKey(secretKey), {
    key: keyId(hashKey(secretKey)),
    project,
    user,
    ...lifetime(Date.now(), expiresIn),
  });
}

/** When a statement that lives `seconds` from `now` (milliseconds) is issued and expires. */
export function lifetime(now: number, seconds: number): { issued: number; expires: number } {
  if (!(seconds >= 1 && seconds <= longestLife))
    throw new HeedError(
      "invalid",
      `a token cannot live for ${seconds} seconds`,
      `give a number from 1 to ${longestLife}`,
    );
  const issued = Math.floor(now / 1000);
  return { issued, expires: issued + Math.floor(seconds) };
}

/** Signs with the key that `tokenKey` derives, in hexadecimal. */
export function signStatement(kind: StatementKind, signingKey: string, statement: Statement): string {
  const checked = statementSchema.safeParse(statement);
  if (!checked.success)
    throw new HeedError(
      "invalid",
      `${checked.error.issues[0]?.path.join(".")}: ${checked.error.issues[0]?.message}`,
      "a user is named by 1 to 256 characters",
    );
  const signed = prefixes[kind] + Buffer.from(JSON.stringify(checked.data)).toString("base64url");
  return `${signed}.${mac(signed, signingKey).toString("base64url")}`;
}

/** What a well-formed text claims; null for anything else. Nothing it says may be believed before `isSigned`. */
export function readStatement(text: string): { kind: StatementKind; claims: Statement } | null {
  const match = shape.exec(text);
  if (!match) return null;
  try {
    const claims = statementSchema.parse(JSON.parse(Buffer.from(match[2]!, "base64url").toString("utf8")));
    return { kind: match[1] === "ut" ? "token" : "ticket", claims };
  } catch {
    return null;
  }
}

/** Whether the text was signed with this key, in constant time. */
export function isSigned(text: string, signingKey: string): boolean {
  const dot = text.lastIndexOf(".");
  const given = Buffer.from(text.slice(dot + 1), "base64url");
  const expected = mac(text.slice(0, dot), signingKey);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Why a signed statement is not valid at `now` (milliseconds); null when it is. */
export function untimely({ issued, expires }: Statement, now: number): string | null {
  const seconds = now / 1000;
  if (expires - issued > longestLife) return "lives longer than a day";
  if (issued > seconds + skew) return "comes from the future";
  if (expires < seconds - skew) return "has expired";
  return null;
}

function mac(text: string, signingKey: string): Buffer {
  return createHmac("sha256", Buffer.from(signingKey, "hex")).update(text).digest();
}
