import { type DuckDBConnection, listValue } from "@duckdb/node-api";
import { identityPairs } from "../../events/index.js";
import type { CounterColumns, ExampleScan, Examples } from "../analytics.js";
import { codedColumn, float64Column } from "./columns.js";
import { eachChunk, fill } from "./database.js";
import { readExposures } from "./exposures.js";
import { addToHistory, createHistory, type History, historyEntries } from "./history.js";
import type { Identities } from "./identities.js";

/** The exposures in `shown` with the past each of them could see. Needs `identity`. */
export async function readExamples(
  connection: DuckDBConnection,
  scan: ExampleScan,
  identities: Identities,
  kept: number,
): Promise<Examples> {
  await makeViewers(connection, scan, identities);
  const exposures = await readExposures(connection, scan);
  const history = await readHistories(connection, scan, kept, exposures.length);
  const { length } = exposures;
  return {
    ...exposures,
    history,
    userCounters: await counters(connection, userPast(scan), scan.userCounters ?? [], length),
    itemCounters: await counters(connection, itemPast(scan), scan.itemCounters ?? [], length),
  };
}

/** `viewers`: whose events count as whose from which position on, for everybody who was shown something. */
async function makeViewers(
  connection: DuckDBConnection,
  { project }: ExampleScan,
  identities: Identities,
): Promise<void> {
  await connection.run("CREATE OR REPLACE TEMP TABLE viewers (viewer VARCHAR, past VARCHAR, since BIGINT)");
  await connection.run("INSERT INTO viewers SELECT DISTINCT user_id, user_id, 0 FROM shown");
  const pairs = identityPairs(identities.of(project).links);
  if (pairs.length === 0) return;
  await connection.run("CREATE OR REPLACE TEMP TABLE pairs (viewer VARCHAR, past VARCHAR, since BIGINT)");
  await fill(
    connection,
    { name: "pairs", catalog: "temp" },
    pairs.map(({ user, past, since }) => [user, past, since]),
  );
  await connection.run("INSERT INTO viewers SELECT * FROM pairs WHERE viewer IN (SELECT user_id FROM shown)");
  await connection.run("DROP TABLE temp.pairs");
}

interface Past {
  /** Rows (owner, visible, happened, value, action): an event of `owner`'s that can be seen from after `visible`. */
  sql: string;
  /** The column of `shown` that an owner is matched with. */
  owner: "user_id" | "item";
  project: string;
}

function userPast({ project }: ExampleScan): Past {
  return {
    sql: `SELECT v.viewer AS owner, greatest(e.position, v.since) AS visible, e.happened, e.value, e.action
      FROM events e JOIN viewers v ON v.past = e.user_id WHERE e.project = $project`,
    owner: "user_id",
    project,
  };
}

function itemPast({ project }: ExampleScan): Past {
  return {
    sql: `SELECT item AS owner, position AS visible, happened, value, action FROM (
        SELECT position, happened, value, action, unnest(coalesce(list_transform(items, each -> each.item), [item])) AS item
        FROM events WHERE project = $project
      ) WHERE item IN (SELECT item FROM shown)`,
    owner: "item",
    project,
  };
}

/**
 * Counters as of each exposure. Events become visible by log position, so running totals in that order and an ASOF JOIN
 * on it give what had been committed. Where all of that also happened in time it is the answer; an exposure that was
 * logged late, or by a clock behind, is counted again event by event.
 */
async function counters(
  connection: DuckDBConnection,
  { sql, owner, project }: Past,
  actions: readonly string[],
  length: number,
): Promise<Record<string, CounterColumns>> {
  const columns = Object.fromEntries([...new Set(actions)].map((action) => [action, emptyCounters(length)]));
  if (actions.length === 0 || length === 0) return columns;
  const values = { project, actions: listValue(Object.keys(columns)) };
  const past = `past AS (SELECT * FROM (${sql}) WHERE list_contains($actions::VARCHAR[], action))`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE counted AS WITH ${past},
     steps AS (
       SELECT owner, action, visible, count(*) AS count, coalesce(sum(value), 0) AS sum, max(happened) AS last
       FROM past GROUP BY 1, 2, 3
     ), totals AS (
       SELECT owner, action, visible, sum(count) OVER running AS count, sum(sum) OVER running AS sum,
         max(last) OVER running AS last
       FROM steps WINDOW running AS (PARTITION BY owner, action ORDER BY visible)
     )
     SELECT s.number, s.happened, s.position, s.${owner} AS owner, t.action, t.count, t.sum, t.last
     FROM (SELECT *, unnest($actions::VARCHAR[]) AS action FROM shown) s
     ASOF JOIN totals t ON t.owner = s.${owner} AND t.action = s.action AND s.position > t.visible`,
    values,
  );
  const set = ([numbers, names, counts, sums, lasts]: unknown[][]) => {
    for (let i = 0; i < numbers!.length; i++) {
      const row = Number(numbers![i]);
      const column = columns[String(names![i])]!;
      column.count[row] = Number(counts![i]);
      column.sum[row] = Number(sums![i]);
      column.last[row] = Number(lasts![i]);
    }
  };
  const select = "SELECT number::DOUBLE, action, count::DOUBLE, sum::DOUBLE, last::DOUBLE";
  await eachChunk(connection, `${select} FROM counted WHERE last <= happened`, set);
  await eachChunk(
    connection,
    `WITH ${past} ${select} FROM (
       SELECT c.number, c.action, count(*) AS count, coalesce(sum(p.value), 0) AS sum, max(p.happened) AS last
       FROM counted c JOIN past p ON p.owner = c.owner AND p.action = c.action
       WHERE c.last > c.happened AND p.visible < c.position AND p.happened <= c.happened
       GROUP BY 1, 2
     )`,
    set,
    values,
  );
  return columns;
}

function emptyCounters(length: number): CounterColumns {
  return {
    count: new Int32Array(length),
    sum: new Float64Array(length),
    last: new Float64Array(length).fill(Number.NaN),
  };
}

/**
 * Histories as of each exposure: every viewer's events and exposures are gone through in the order in which they became
 * visible, with the very history that online state keeps.
 */
async function readHistories(
  connection: DuckDBConnection,
  scan: ExampleScan,
  kept: number,
  length: number,
): Promise<Examples["history"]> {
  const offsets = new Float64Array(length);
  const lengths = new Int32Array(length);
  const [item, action] = [codedColumn(), codedColumn()];
  const [at, value] = [float64Column(), float64Column()];
  const options = {
    limit: scan.history ?? 50,
    ...(scan.historyActions ? { actions: scan.historyActions } : {}),
  };
  let viewer: string | undefined;
  let replay = createReplay(kept);
  let written: { position: number; offset: number; length: number } | null = null;

  await connection.run(
    `CREATE OR REPLACE TEMP TABLE steps AS
     SELECT v.viewer, greatest(e.position, v.since) AS visible, e.position, e.happened, e.value, e.action, e.item, -1 AS number
     FROM events e JOIN viewers v ON v.past = e.user_id WHERE e.project = $project AND e.action <> 'impression'
     UNION ALL SELECT user_id, position, position, happened, NULL, NULL, NULL, number FROM shown`,
    { project: scan.project },
  );
  await eachChunk(
    connection,
    // At one position the exposure comes first: it does not see what became visible with it.
    `SELECT viewer, position::DOUBLE, happened::DOUBLE, value, action, item, number::DOUBLE FROM steps
     ORDER BY viewer, visible, number < 0, position, number`,
    ([viewers, positions, times, values, actions, items, numbers]) => {
      for (let i = 0; i < viewers!.length; i++) {
        if (viewers![i] !== viewer) {
          viewer = String(viewers![i]);
          replay = createReplay(kept);
          written = null;
        }
        const [position, time, row] = [Number(positions![i]), Number(times![i]), Number(numbers![i])];
        if (row < 0) {
          const number = values![i] === null ? Number.NaN : Number(values![i]);
          replay.add(
            position,
            time,
            number,
            String(actions![i]),
            items![i] === null ? null : String(items![i]),
          );
          continue;
        }
        // The items of one slate share their history.
        if (written?.position !== position) {
          const entries = historyEntries(replay.visibleAt(time), kept, options);
          written = { position, offset: at.length, length: entries.length };
          for (const entry of entries) {
            item.push(entry.item);
            action.push(entry.action);
            at.push(entry.at);
            value.push(entry.value ?? Number.NaN);
          }
        }
        offsets[row] = written.offset;
        lengths[row] = written.length;
      }
    },
  );
  await connection.run("DROP TABLE temp.steps");
  return { offsets, lengths, item: item.take(), action: action.take(), at: at.take(), value: value.take() };
}

interface Replay {
  add(position: number, at: number, value: number, action: string, item: string | null): void;
  /** The history without what happened after a time. */
  visibleAt(time: number): History;
}

function createReplay(kept: number): Replay {
  const history = createHistory();
  const all: [number, number, number, string, string | null][] = [];
  let newest = Number.NEGATIVE_INFINITY;
  return {
    add(...act) {
      all.push(act);
      newest = Math.max(newest, act[1]);
      addToHistory(history, kept, ...act);
    },
    visibleAt(time) {
      if (newest <= time) return history;
      const visible = createHistory();
      for (const act of all) if (act[1] <= time) addToHistory(visible, kept, ...act);
      return visible;
    },
  };
}
