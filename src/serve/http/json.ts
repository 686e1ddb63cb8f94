import { isUtf8 } from "node:buffer";
import { InvalidInput } from "./errors.js";

/** Deeper nesting is refused: no event or item needs it, and recursive readers of it would overflow their stack. */
const deepest = 32;
const loneSurrogate = /\p{Surrogate}/u;

/** What is wrong inside a parsed value, and where. */
export interface Flaw {
  path: string;
  reason: string;
}

/** Reads JSON from bytes: `undefined` from none. Invalid UTF-8 and invalid JSON are an InvalidInput that says where. */
export function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw new InvalidInput("", "the body is not valid UTF-8", "encode the body as UTF-8");
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    const place = /position \d+/.exec((error as Error).message)?.[0];
    throw new InvalidInput(
      "",
      `the body is not valid JSON${place ? ` (${place})` : ""}`,
      "send what JSON.stringify gives",
    );
  }
}

/**
 * What JSON allows and Heed does not, whatever the schema: nesting beyond 32 levels, the key "__proto__" (assigned carelessly
 * it changes a prototype), and half of a surrogate pair, which no database can store as it is.
 */
export function findFlaw(value: unknown, depth = 0): Flaw | null {
  if (typeof value === "string")
    return loneSurrogate.test(value) ? { path: "", reason: "holds half of a surrogate pair" } : null;
  if (typeof value !== "object" || value === null) return null;
  if (depth === deepest) return { path: "", reason: `is nested more than ${deepest} levels deep` };
  for (const key of Object.keys(value)) {
    if (key === "__proto__") return { path: key, reason: "this key is not allowed" };
    if (loneSurrogate.test(key)) return { path: "", reason: "a key holds half of a surrogate pair" };
    const flaw = findFlaw((value as Record<string, unknown>)[key], depth + 1);
    if (flaw) return { path: flaw.path ? `${key}.${flaw.path}` : key, reason: flaw.reason };
  }
  return null;
}
