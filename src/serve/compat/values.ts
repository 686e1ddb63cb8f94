import { unstorable } from "../../events/accept.js";
import { nameSchema } from "../../events/index.js";
import { InvalidInput } from "../http/errors.js";

export type Json = Readonly<Record<string, unknown>>;

/** A JSON object, or an empty one in place of anything else. */
export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value that Heed can keep as a name: text as it is, a number as its text; undefined for anything else. */
export function nameOf(value: unknown): string | undefined {
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
  const { success, data } = nameSchema.safeParse(text);
  return success && !unstorable.test(data) ? data : undefined;
}

/** The name in a field that may be missing, but not be something else. Throws an InvalidInput that names the field. */
export function optionalName(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const name = nameOf(value);
  if (name !== undefined) return name;
  throw new InvalidInput(field, `${field} is not text of 1 to 256 characters`, `send a shorter ${field}`);
}

/** The name in a field that must be there. Throws an InvalidInput that names the field. */
export function requiredName(value: unknown, field: string): string {
  const name = optionalName(value, field);
  if (name !== undefined) return name;
  throw new InvalidInput(field, `${field} is missing`, `send ${field}`);
}

/** A number, or the number that a text spells; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/**
 * A time as Heed writes it, from whatever JavaScript's Date reads; undefined for anything else, so that a clock that writes
 * nonsense costs an event its time and not its life.
 */
export function timeOf(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const time = new Date(value);
  const year = time.getUTCFullYear();
  return year >= 0 && year <= 9999 ? time.toISOString() : undefined;
}

/** Milliseconds since 1970 of a time that `timeOf` reads. */
export function momentOf(value: unknown): number | undefined {
  const time = timeOf(value);
  return time === undefined ? undefined : Date.parse(time);
}
