import { type DuckDBConnection, type DuckDBValue, listValue } from "@duckdb/node-api";
import { createUserState, shownTo, type UserState } from "./behaviour.js";
import { rows } from "./database.js";
import { addToHistory, type CounterTable, count, createCounters, type History } from "./history.js";

/** The state of one user, of the ids they go by, from the events up to a position. */
export async function readUser(
  connection: DuckDBConnection,
  project: string,
  ids: readonly string[],
  position: number,
  historyLimit: number,
): Promise<UserState> {
  const user = createUserState();
  const values = { project, ids: listValue([...ids]), position };
  const theirs = "project = $project AND list_contains($ids, user_id) AND position <= $position";
  await readCounters(
    connection,
    user.counters,
    `SELECT action, value, happened FROM events WHERE ${theirs}`,
    values,
  );
  const newest = `ORDER BY happened DESC, position DESC LIMIT ${historyLimit}`;
  const acts = await rows(
    connection,
    `SELECT happened, position, value, action, item FROM events WHERE ${theirs} AND action <> 'impression' ${newest}`,
    values,
  );
  for (const act of acts.reverse()) add(user.acts, historyLimit, act);
  const shown = await rows(
    connection,
    `SELECT happened, position, value, action, shown FROM (
       SELECT happened, position, value, action, unnest(coalesce(list_transform(items, each -> each.item), [item])) AS shown,
         generate_subscripts(coalesce(list_transform(items, each -> each.item), [item]), 1) AS rank
       FROM events WHERE ${theirs} AND action = 'impression'
     ) WHERE shown IS NOT NULL ORDER BY happened DESC, position DESC, rank DESC LIMIT ${historyLimit}`,
    values,
  );
  for (const act of shown.reverse()) add(shownTo(user), historyLimit, act);
  return user;
}

function add(
  history: History,
  limit: number,
  [at, position, value, action, item]: readonly DuckDBValue[],
): void {
  addToHistory(
    history,
    limit,
    Number(position),
    Number(at),
    value === null ? Number.NaN : Number(value),
    String(action),
    item === null ? null : String(item),
  );
}

/** The counters of one item from the events up to a position. */
export async function readItem(
  connection: DuckDBConnection,
  project: string,
  item: string,
  position: number,
): Promise<CounterTable> {
  const counters = createCounters();
  const sql = `SELECT action, value, happened FROM (
      SELECT action, value, happened, unnest(coalesce(list_transform(items, each -> each.item), [item])) AS counted
      FROM events WHERE project = $project AND position <= $position
        AND (item = $item OR len(list_filter(items, each -> each.item = $item)) > 0)
    ) WHERE counted = $item`;
  await readCounters(connection, counters, sql, { project, item, position });
  return counters;
}

async function readCounters(
  connection: DuckDBConnection,
  counters: CounterTable,
  events: string,
  values: Parameters<typeof rows>[2],
): Promise<void> {
  const found = await rows(
    connection,
    `SELECT action, count(*), coalesce(sum(value), 0), max(happened) FROM (${events}) GROUP BY action ORDER BY action`,
    values,
  );
  for (const [action, number, sum, last] of found)
    count(counters, String(action), Number(number), Number(sum), Number(last));
}
