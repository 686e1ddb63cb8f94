import { HeedError } from "../../core/errors.js";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const maxDepth = 64;

/** A fresh copy of plain data without its `undefined`s; anything that JSON cannot carry is an error that names its path. */
export function plainJson(value: unknown, path: readonly string[] = []): Json {
  const refuse = (what: string) =>
    new HeedError(
      "config-invalid",
      `${path.join(".") || "configuration"}: ${what}`,
      "a configuration is plain data that survives JSON; give functions a name and register them at openHeed()",
    );
  if (path.length > maxDepth) throw refuse(`nested deeper than ${maxDepth}, or in a circle`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refuse(`${value} is not a number that JSON can carry`);
    return value;
  }
  if (Array.isArray(value)) return value.map((entry, i) => plainJson(entry, [...path, String(i)]));
  if (isObject(value)) {
    const copy: { [key: string]: Json } = {};
    for (const [key, entry] of Object.entries(value)) {
      if (key === "__proto__") throw refuse('the key "__proto__" is not allowed');
      if (entry !== undefined) copy[key] = plainJson(entry, [...path, key]);
    }
    return copy;
  }
  throw refuse(`${typeof value === "function" ? "a function" : `a ${typeof value}`} is not plain data`);
}

/** Whether a value is an object as JSON has them: no list, no Date, no instance of a class. */
export function isObject(value: unknown): value is { [key: string]: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * JSON Merge Patch (RFC 7396): objects are merged, null removes a key (so that its default returns), anything else,
 * lists too, replaces. One addition: an object that changes its `type` replaces the old one whole, because the old keys
 * mean nothing to the new type.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const base: { [key: string]: Json } =
    isObject(target) && (patch.type === undefined || patch.type === target.type) ? target : {};
  const merged = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** One place where two configurations differ; the side that lacks it is absent. */
export interface Change {
  path: string;
  before?: Json;
  after?: Json;
}

/** Every place where two values differ, in the order of their keys. Lists are compared as wholes, as overrides replace them. */
export function changes(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[] = [],
): Change[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => changes(before[key], after[key], [...path, key]));
  }
  if (sameJson(before, after)) return [];
  return [
    { path: path.join("."), ...(before !== undefined && { before }), ...(after !== undefined && { after }) },
  ];
}

/** Whether two values say the same, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((entry, i) => sameJson(entry, b[i]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
    );
  }
  return a === b;
}
