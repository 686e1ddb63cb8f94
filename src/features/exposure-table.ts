import { HeedError } from "../core/errors.js";
import type { Coded, Exposures } from "../store/analytics.js";
import type { EmbeddedStore } from "../store/index.js";
import { cellsOf } from "./cell-text.js";
import type { Cell } from "./codes.js";
import { batchBuilder, type FeatureTable, type TableBatch } from "./table.js";

export interface ExposureTableOptions {
  project: string;
  /** The label: 1 where the shown item had such an outcome within a day, else 0. A column of this name. */
  action: string;
}

/** What every row has beside the label. */
const columns = ["user", "item", "surface", "model", "position", "weekday", "hour"] as const;

/** Log positions read at a time. */
const span = 200_000;

/**
 * What was shown and what came of it, one row an item of a slate, from the event store: who, what, where, in which place, by
 * which model, when (UTC), and the item's and the user's attributes as they are now.
 * Errors: HeedError "option" when the action has the name of a column; reading it, "empty" when nothing was shown.
 */
export function exposureTable(
  store: Pick<EmbeddedStore, "log" | "analytics" | "online">,
  options: ExposureTableOptions,
): FeatureTable {
  if (columns.some((name) => name === options.action))
    throw new HeedError(
      "option",
      `the action "${options.action}" has the name of a column`,
      "rank another action, or export the events and rank the file",
    );
  return { name: "the event log", batches: exposureBatches(store, options), close: async () => {} };
}

async function* exposureBatches(
  { log, analytics, online }: Pick<EmbeddedStore, "log" | "analytics" | "online">,
  { project, action }: ExposureTableOptions,
): AsyncGenerator<TableBatch> {
  const head = await log.head();
  let shown = 0;
  for (let after = 0; after < head; after += span) {
    const upTo = Math.min(after + span, head);
    const found = await analytics.exposures({ project, after, upTo, actions: [action] });
    const items = await attributes(found.item, "item");
    const users = await attributes(found.user, "user");
    const builder = batchBuilder();
    for (let i = 0; i < found.length; i++) builder.add(rowOf(found, i, items, users));
    shown += found.length;
    yield builder.take(upTo / head, []);
  }
  if (shown === 0)
    throw new HeedError(
      "empty",
      `project "${project}" has no impressions to rank`,
      "record what was shown: an event of action impression with its slate and items; or name another --project",
    );

  async function attributes({ values }: Coded, kind: "item" | "user"): Promise<[string, Cell][][]> {
    const entities = await online.get(project, kind, values);
    return entities.map((entity) => (entity ? [...cellsOf(entity.value, kind)] : []));
  }

  function* rowOf(
    { user, item, surface, model, rank, at, outcomes }: Exposures,
    i: number,
    items: [string, Cell][][],
    users: [string, Cell][][],
  ): Generator<[string, Cell]> {
    const time = new Date(at[i]!);
    yield [action, outcomes[action]!.count[i]! > 0 ? "1" : "0"];
    yield ["user", cellAt(user, i)];
    yield ["item", cellAt(item, i)];
    yield ["surface", cellAt(surface, i)];
    yield ["model", cellAt(model, i)];
    yield ["position", String(rank[i]!)];
    yield ["weekday", String(time.getUTCDay())];
    yield ["hour", String(time.getUTCHours())];
    yield* items[item.codes[i]!] ?? [];
    yield* users[user.codes[i]!] ?? [];
  }
}

function cellAt({ codes, values }: Coded, i: number): Cell {
  return codes[i]! < 0 ? null : values[codes[i]!]!;
}
