import type { FieldType } from "./fields.js";

/** A field's value as events, items and users have it, or why it is none; `undefined` where there is nothing. */
export type Converted = { value: unknown } | { reason: string } | undefined;

/** Below this, in seconds (the year 5138), a bare number is Unix time in seconds; beyond, in milliseconds. */
const mostSeconds = 1e11;
const mostMilliseconds = 1e14;
const digits = /^[+-]?\d+(\.\d+)?$/;

/** Turns what a file has into what a field takes. Says nothing about what the field's schema will check. */
export function convert(type: FieldType, raw: unknown): Converted {
  if (raw === null || raw === undefined) return undefined;
  switch (type) {
    case "name":
    case "text":
      return asText(raw);
    case "time":
      return asTime(raw);
    case "number":
      return asNumber(raw);
    case "boolean":
      return asBoolean(raw);
    case "names":
      return asNames(raw);
    default:
      return asJson(raw);
  }
}

/** The value of an attribute that has no type of its own: in CSV a number or a truth value is one where it reads like one. */
export function looseValue(raw: unknown, isText: boolean): Converted {
  if (raw === null || raw === undefined) return undefined;
  if (isText && typeof raw === "string") {
    if (raw === "true" || raw === "false") return { value: raw === "true" };
    return { value: String(Number(raw)) === raw && Number.isFinite(Number(raw)) ? Number(raw) : raw };
  }
  const reason = inexact(raw);
  return reason === null ? { value: raw } : { reason };
}

function asText(raw: unknown): Converted {
  if (typeof raw === "string") return { value: raw };
  if (typeof raw === "bigint") return { value: String(raw) };
  if (typeof raw === "number" && Number.isSafeInteger(raw)) return { value: String(raw) };
  if (typeof raw === "number" && Number.isInteger(raw))
    return { reason: `is a number beyond 2^53, which JSON does not keep exactly: write it in quotes` };
  return { reason: `must be a text or a whole number, got ${kind(raw)}` };
}

/** RFC 3339 as it is, or a time from a number: Unix seconds below 10^11, else milliseconds. Null when it is neither. */
export function timeText(raw: unknown): string | null {
  if (typeof raw === "string" && !digits.test(raw.trim())) return raw.trim();
  const number = typeof raw === "string" ? Number(raw) : typeof raw === "bigint" ? Number(raw) : raw;
  if (typeof number !== "number" || !(Math.abs(number) < mostMilliseconds)) return null;
  const milliseconds = Math.abs(number) < mostSeconds ? Math.round(number * 1_000) : Math.round(number);
  const year = new Date(milliseconds).getUTCFullYear();
  return year >= 0 && year <= 9999 ? new Date(milliseconds).toISOString() : null;
}

function asTime(raw: unknown): Converted {
  const text = timeText(raw);
  return text === null
    ? { reason: `must be RFC 3339, Unix seconds or Unix milliseconds, got ${kind(raw)}` }
    : { value: text };
}

function asNumber(raw: unknown): Converted {
  if (typeof raw === "number") return { value: raw };
  if (typeof raw === "bigint") {
    return BigInt(Number(raw)) === raw
      ? { value: Number(raw) }
      : { reason: `is ${raw}, which a double cannot hold exactly` };
  }
  const text = typeof raw === "string" ? raw.trim() : "";
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? { value: number } : { reason: `must be a number, got ${kind(raw)}` };
}

function asBoolean(raw: unknown): Converted {
  if (typeof raw === "boolean") return { value: raw };
  const text = String(raw).toLowerCase();
  if (text === "true" || text === "1") return { value: true };
  if (text === "false" || text === "0") return { value: false };
  return { reason: `must be true or false, got ${kind(raw)}` };
}

function asNames(raw: unknown): Converted {
  if (typeof raw === "string") {
    return raw.startsWith("[") ? parsed(raw) : { value: raw.split("|").filter((name) => name !== "") };
  }
  if (!Array.isArray(raw))
    return { reason: `must be a list, or names with | between them, got ${kind(raw)}` };
  const names = raw.map(asText);
  const wrong = names.find((name) => !name || "reason" in name);
  if (names.length > 0 && wrong !== undefined) return wrong;
  return names.includes(undefined)
    ? { reason: "has an entry that is null" }
    : { value: names.map((name) => (name as { value: unknown }).value) };
}

function asJson(raw: unknown): Converted {
  if (typeof raw === "string") return parsed(raw);
  const reason = inexact(raw);
  return reason === null ? { value: raw } : { reason };
}

/** Deeper than any schema allows: what lies below is refused there. */
const deepest = 64;

/** Why a value is not JSON: Parquet has whole numbers and bytes that JSON has not. */
function inexact(raw: unknown, depth = 0): string | null {
  if (typeof raw === "bigint") return `has the number ${raw}, which JSON does not keep exactly`;
  if (raw instanceof Uint8Array) return "is binary";
  if (typeof raw !== "object" || raw === null || depth === deepest) return null;
  for (const each of Object.values(raw)) {
    const reason = inexact(each, depth + 1);
    if (reason !== null) return reason;
  }
  return null;
}

function parsed(text: string): Converted {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { reason: `must be JSON, got ${kind(text)}` };
  }
}

function kind(raw: unknown): string {
  if (typeof raw === "string") return JSON.stringify(raw.length > 40 ? `${raw.slice(0, 40)}...` : raw);
  if (typeof raw === "number" || typeof raw === "bigint" || typeof raw === "boolean") return String(raw);
  if (raw instanceof Uint8Array) return "bytes";
  return Array.isArray(raw) ? "a list" : "an object";
}
