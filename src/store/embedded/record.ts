import { HeedError } from "../../core/errors.js";
import { correctedTime, type HeedEvent, type ShownItem } from "../../events/index.js";
import type { LogEntry, Merge } from "../event-log.js";

/** The columns of the events table, and the fields of a line in a segment. */
export const eventColumns = {
  position: "BIGINT",
  project: "VARCHAR",
  id: "VARCHAR",
  time: "BIGINT",
  happened: "BIGINT",
  received: "BIGINT",
  skew: "DOUBLE",
  user_id: "VARCHAR",
  session: "VARCHAR",
  action: "VARCHAR",
  item: "VARCHAR",
  surface: "VARCHAR",
  slate: "VARCHAR",
  query: "VARCHAR",
  value: "DOUBLE",
  model: "VARCHAR",
  items: "STRUCT(item VARCHAR, position BIGINT, propensity DOUBLE)[]",
  context: "VARCHAR",
} as const;

/** What a segment's line may hold besides: a merge says whom `user_id` is merged with. */
export const lineColumns = { ...eventColumns, anonymous: "VARCHAR" } as const;

/** Makes entries and their lines; remembers the last time it read, which is the same for a whole batch. */
export interface Writer {
  entry(event: HeedEvent, position: number): LogEntry;
  /** One line of JSON, without the line break. Throws HeedError "event" for what no reader could give back unchanged. */
  line(entry: LogEntry): string;
}

export function createWriter(): Writer {
  let lastText = "";
  let lastTime = 0;

  function milliseconds(text: string): number {
    if (text === lastText) return lastTime;
    lastTime = finite(Date.parse(text));
    lastText = text;
    return lastTime;
  }

  return {
    entry(event, position) {
      return { position, at: correctedTime(event, milliseconds), event };
    },
    line({ position, at, event }) {
      const time = milliseconds(event.time);
      const received = milliseconds(event.received);
      let line = `{"position":${position},"project":${quoted(event.project)},"id":${quoted(event.id)},"time":${time},"happened":${finite(at)},"received":${received},"user_id":${quoted(event.user)},"action":${quoted(event.action)}`;
      if (event.skew !== undefined) line += `,"skew":${finite(event.skew)}`;
      if (event.session !== undefined) line += `,"session":${quoted(event.session)}`;
      if (event.item !== undefined) line += `,"item":${quoted(event.item)}`;
      if (event.surface !== undefined) line += `,"surface":${quoted(event.surface)}`;
      if (event.slate !== undefined) line += `,"slate":${quoted(event.slate)}`;
      if (event.query !== undefined) line += `,"query":${quoted(event.query)}`;
      if (event.value !== undefined) line += `,"value":${finite(event.value)}`;
      if (event.model !== undefined) line += `,"model":${quoted(event.model)}`;
      if (event.items !== undefined) line += `,"items":[${event.items.map(shownLine).join(",")}]`;
      // Kept as text: whatever JSON it is, it comes back as it came.
      if (event.context !== undefined) line += `,"context":${JSON.stringify(JSON.stringify(event.context))}`;
      return `${line}}`;
    },
  };
}

export function mergeLine({ position, project, anonymous, user }: Merge): string {
  return `{"position":${position},"project":${quoted(project)},"anonymous":${quoted(anonymous)},"user_id":${quoted(user)}}`;
}

function shownLine({ item, position, propensity }: ShownItem): string {
  return `{"item":${quoted(item)},"position":${finite(position)},"propensity":${finite(propensity)}}`;
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new HeedError("event", `an event has the number ${value}`, "give the log what acceptEvents accepted");
}

/** What needs no escape in JSON: most names. */
const plain = /^[^"\\\p{Cc}\p{Cs}]*$/u;
const halfPair = /[\ud800-\udfff]/u;

function quoted(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  if (halfPair.test(text)) {
    throw new HeedError(
      "event",
      `${JSON.stringify(text.slice(0, 64))} has half of a surrogate pair, which has no UTF-8 form`,
      "give the log what acceptEvents accepted",
    );
  }
  return JSON.stringify(text);
}

/** The select list that `entryOf` reads, in its order. */
export const entrySelect = `position, happened, project, id, time, received, skew, user_id, session, action, item, surface,
  slate, query, value, model, CASE WHEN items IS NULL THEN NULL ELSE to_json(items)::VARCHAR END, context`;

/** A row of `entrySelect` as the entry that was stored: fields that were absent are absent. */
export function entryOf(row: readonly unknown[]): LogEntry {
  const event: HeedEvent = {
    id: String(row[3]),
    project: String(row[2]),
    time: new Date(Number(row[4])).toISOString(),
    received: new Date(Number(row[5])).toISOString(),
    user: String(row[7]),
    action: String(row[9]),
  };
  if (row[6] !== null) event.skew = Number(row[6]);
  if (row[8] !== null) event.session = String(row[8]);
  if (row[10] !== null) event.item = String(row[10]);
  if (row[11] !== null) event.surface = String(row[11]);
  if (row[12] !== null) event.slate = String(row[12]);
  if (row[13] !== null) event.query = String(row[13]);
  if (row[14] !== null) event.value = Number(row[14]);
  if (row[15] !== null) event.model = String(row[15]);
  if (row[16] !== null) event.items = JSON.parse(String(row[16])) as ShownItem[];
  if (row[17] !== null) event.context = JSON.parse(String(row[17])) as NonNullable<HeedEvent["context"]>;
  return { position: Number(row[0]), at: Number(row[1]), event };
}
