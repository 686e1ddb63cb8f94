import type { Rejection } from "../../events/event.js";
import { redact } from "./redact.js";

/** A rejected event, as far as its sender needs it to be mended. */
export interface KeptRejection {
  /** Milliseconds since 1970. */
  at: number;
  path: string;
  reason: string;
  /** What to change in the sender. */
  remedy: string;
  /** The action that the event named, and the fields it had. */
  action: string | null;
  fields: string[];
  /** The wrong value, cut at 200 characters; null where it would name a person, or there is none. */
  value: string | null;
}

/** The newest rejections of each project, in memory: they are gone with the process. */
export interface Rejections {
  /** `values` are the events as they were sent; a rejection's `index` points into them. */
  add(project: string, rejected: readonly Rejection[], values: readonly unknown[]): void;
  /** Newest first. */
  list(project: string): KeptRejection[];
  /** How many there were since the server started, those that are no longer kept included. */
  count(project: string): number;
}

/** Rejections that are kept a project, and projects. */
const most = 500;
const mostProjects = 1000;

export function createRejections(now: () => number): Rejections {
  const projects = new Map<string, { total: number; kept: KeptRejection[] }>();
  return {
    add(project, rejected, values) {
      if (rejected.length === 0) return;
      let state = projects.get(project);
      if (!state) {
        if (projects.size === mostProjects) projects.delete(projects.keys().next().value!);
        state = { total: 0, kept: [] };
        projects.set(project, state);
      }
      state.total += rejected.length;
      const at = now();
      for (const one of rejected.slice(-most)) state.kept.push(keep(one, values[one.index], at));
      state.kept.splice(0, state.kept.length - most);
    },
    list: (project) => (projects.get(project)?.kept ?? []).toReversed(),
    count: (project) => projects.get(project)?.total ?? 0,
  };
}

function keep({ path, reason }: Rejection, event: unknown, at: number): KeptRejection {
  const fields = typeof event === "object" && event !== null && !Array.isArray(event) ? event : {};
  const { action } = fields as { action?: unknown };
  return {
    at,
    path: cut(redact(path)),
    reason: cut(redact(reason)),
    remedy: remedyFor(path, reason),
    action: typeof action === "string" ? cut(redact(action)) : null,
    fields: Object.keys(fields).slice(0, 30).map(cut),
    value: path === "" || path.startsWith("user") ? null : textOf(valueAt(event, path)),
  };
}

function valueAt(event: unknown, path: string): unknown {
  let value = event;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** Lists and objects are only named: they may be nested more deeply than JSON.stringify can follow. */
function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return cut(redact(JSON.stringify(value)));
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

const remedies: readonly [what: RegExp, remedy: string][] = [
  [/erased/, "This person was erased: stop sending events of theirs."],
  [/surrogate|UTF-8/, "Send text as UTF-8: a string was cut in the middle of a character."],
  [/not valid JSON/, "Send one JSON object a line, as JSON.stringify gives it."],
  [/longer than|too large/, "Send less in one event: keep large texts in your own database."],
  [/levels deep/, "Send a flatter context."],
  [
    /^time /,
    "Send the time as RFC 3339 with an offset, as new Date().toISOString() gives it, or leave it out.",
  ],
  [
    /^user /,
    "Name the user: a text of 1 to 256 characters. The browser SDK makes an anonymous one by itself.",
  ],
  [/^action /, 'Name the action: a text such as "view", "click" or "purchase".'],
  [
    /^items/,
    "Give shown items as { item, position, propensity }: positions from 1, propensities above 0 up to 1.",
  ],
  [/^value /, "Send value as a number: dwell in milliseconds, a price, a rating."],
  [/^context/, "Send context as an object of JSON values."],
  [
    /unknown field|not known/,
    "Put fields of your own into context: an event has no others than those of /reference.",
  ],
];

function remedyFor(path: string, reason: string): string {
  const said = `${path} ${reason}`;
  const known = remedies.find(([what]) => what.test(said))?.[1];
  return known ?? "Send the event as POST /v1/events in /reference shows it.";
}
