import type { z } from "zod";
import { nearest } from "../core/errors.js";
import { incomingEventSchema, shownItemSchema } from "./event.js";

type Issue = z.core.$ZodIssue;

const fields = Object.keys(incomingEventSchema.shape);
const shownFields = Object.keys(shownItemSchema.shape);

/** What other systems call our fields, where the spelling alone would not tell. */
const synonyms: Readonly<Record<string, string>> = {
  userid: "user",
  anonymousid: "user",
  distinctid: "user",
  visitor: "user",
  sessionid: "session",
  itemid: "item",
  movieid: "item",
  bookid: "item",
  product: "item",
  productid: "item",
  documentid: "item",
  event: "action",
  type: "action",
  eventtype: "action",
  feedbacktype: "action",
  timestamp: "time",
  ts: "time",
  date: "time",
  createdat: "time",
  eventid: "id",
  messageid: "id",
  uuid: "id",
  rating: "value",
  score: "value",
  price: "value",
  duration: "value",
  properties: "context",
  props: "context",
  metadata: "context",
  attributes: "context",
  request: "slate",
  requestid: "slate",
  placement: "surface",
  rank: "position",
  probability: "propensity",
};

const needed: Readonly<Record<string, string>> = {
  user: "who did it",
  action: 'what they did, such as "click"',
};

/** The one thing to say about an event that does not fit the schema: where, and what to do about it. */
export function explain(issues: readonly Issue[], body: unknown): { path: string; reason: string } {
  const told = issues.map((issue) => explainIssue(issue, body));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  // A misspelt field leaves another one missing: the misspelling is the cause.
  const first = told.find((entry) => entry.misspelt) ?? told[0];
  return { path: first?.path ?? "", reason: `${first?.reason ?? "is not an event"}${more}` };
}

function explainIssue(issue: Issue, body: unknown): { path: string; reason: string; misspelt?: boolean } {
  const path = issue.path.map((part) => String(part).slice(0, 64)).join(".");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const suggestion = suggest(key, issue.path.length === 0 ? fields : shownFields);
    const reason = suggestion
      ? `unknown field: did you mean "${suggestion}"?`
      : `unknown field: put what has no field of its own into "context"`;
    return { path: join(path, key), reason, misspelt: suggestion !== undefined };
  }
  const found = at(body, issue.path);
  if (found === undefined && issue.code === "invalid_type") {
    const meaning = needed[path];
    return { path, reason: meaning ? `is missing: ${meaning}` : "is missing" };
  }
  return { path, reason: describe(issue, found) };
}

function describe(issue: Issue, found: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "string" && typeof found === "number")
        return `must be a string, got a number: send "${found}" in quotes`;
      return `must be ${article(issue.expected)}, got ${kind(found)}`;
    case "too_small":
      if (issue.origin === "string") return "is empty: leave it out, or say what it is";
      if (issue.origin === "array") return "is empty: leave it out when nothing was shown";
      return `must be ${issue.inclusive ? "at least" : "greater than"} ${issue.minimum}, got ${kind(found)}`;
    case "too_big":
      if (issue.origin === "string") return `is longer than ${issue.maximum} characters`;
      if (issue.origin === "array") return `has more than ${issue.maximum} entries`;
      return `must be at most ${issue.maximum}, got ${kind(found)}`;
    case "invalid_format":
      return 'must be an RFC 3339 time with a zone, such as "2026-05-04T10:00:00Z"';
    default:
      return issue.message;
  }
}

/** The field that a name of another system stands for, or the nearest one; undefined when there is none. */
export function suggest(key: string, candidates: readonly string[]): string | undefined {
  if (key.length > 64) return undefined;
  const known = synonyms[key.toLowerCase().replace(/[^a-z]/g, "")];
  if (known && candidates.includes(known)) return known;
  return nearest(key, candidates);
}

function at(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function kind(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return String(value);
  return article(typeof value);
}

function article(noun: string): string {
  if (noun === "int") return "a whole number";
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

function join(path: string, key: string): string {
  return path === "" ? key.slice(0, 64) : `${path}.${key.slice(0, 64)}`;
}
