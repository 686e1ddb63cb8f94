import { correctedTime, type HeedEvent } from "../events/index.js";
import { type EventPage, readEvents } from "../serve/index.js";
import type { RowKind } from "../store/files/index.js";
import type { EmbeddedStore } from "../store/index.js";
import type { ServerCall } from "./server-call.js";

export interface ExportFilter {
  /** Milliseconds since 1970: `from <= time < to`. */
  from: number;
  to: number;
  user?: string;
}

type Row = Readonly<Record<string, unknown>>;
/** Rows to write, and how much of all was read, from 0 to 1. */
export type RowBatches = AsyncIterable<{ rows: Row[]; part: number }>;

const pageSize = 5_000;
const entityPageSize = 1_000;

/** Everything of a kind in the data folder, which this process holds. */
export function localRows(
  store: EmbeddedStore,
  project: string,
  kind: RowKind,
  filter: ExportFilter,
): RowBatches {
  if (kind === "events")
    return eventRows((after) => readEvents(store, project, { after, limit: pageSize }), filter);
  return entityRows(async (after) => {
    const name = kind === "items" ? "item" : "user";
    const found = await store.online.list(project, name, {
      limit: entityPageSize,
      ...(after !== undefined && { after }),
    });
    const last = found.length === entityPageSize ? found.at(-1)!.id : undefined;
    return { rows: found.map(({ id, value }) => ({ [name]: id, ...value })), next: last };
  });
}

/** Everything of a kind that a running server has. */
export function serverRows(call: ServerCall, kind: RowKind, filter: ExportFilter): RowBatches {
  if (kind === "events")
    return eventRows((after) => call.ask<EventPage>(`/v1/events?after=${after}&limit=${pageSize}`), filter);
  return entityRows(async (cursor) => {
    const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await call.ask<{ items?: Row[]; users?: Row[]; cursor?: string }>(
      `/v1/${kind}?limit=${entityPageSize}${query}`,
    );
    return { rows: page[kind === "items" ? "items" : "users"] ?? [], next: page.cursor };
  });
}

/** The log up to where it ended when this began. */
async function* eventRows(
  page: (after: number) => Promise<EventPage>,
  { from, to, user }: ExportFilter,
): RowBatches {
  let end: number | undefined;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const { events, next, head } = (await page(after)) as EventPage;
    end ??= head;
    const rows: Row[] = [];
    for (const event of events) {
      if (user !== undefined && event.user !== user) continue;
      const at = correctedTime(event);
      if (at >= from && at < to) rows.push(rowOf(event, at));
    }
    yield { rows, part: next === undefined || end === 0 ? 1 : Math.min(1, next / end) };
    after = next !== undefined && next < end ? next : undefined;
  }
}

/** What may be sent again: without what the server makes of an event. */
function rowOf({ project: _, received: __, skew: ___, ...event }: HeedEvent, at: number): Row {
  return { ...event, time: new Date(at).toISOString() };
}

async function* entityRows(
  page: (after: string | undefined) => Promise<{ rows: Row[]; next: string | undefined }>,
): RowBatches {
  let after: string | undefined;
  do {
    const { rows, next } = await page(after);
    yield { rows, part: next === undefined ? 1 : 0 };
    after = next;
  } while (after !== undefined);
}
