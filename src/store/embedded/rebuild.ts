import type { DuckDBConnection } from "@duckdb/node-api";
import {
  actBytes,
  type Behaviour,
  createUserState,
  itemBytes,
  shownTo,
  type UserState,
  userBytes,
} from "./behaviour.js";
import { eachChunk, fill } from "./database.js";
import { addToHistory, type CounterTable, count, createCounters } from "./history.js";
import type { Identities } from "./identities.js";

/**
 * Makes online state from the events table: what applying every entry in order would give, but with users, items and
 * actions as numbers, so that no string is read twice. Users and items beyond the bound of memory, those longest
 * inactive, are marked as evicted. Resolves when `behaviour` holds everything up to `position`.
 */
export async function rebuild(
  connection: DuckDBConnection,
  behaviour: Behaviour,
  identities: Identities,
  position: number,
): Promise<void> {
  try {
    await writeIdentity(connection, identities);
    await makeCodes(connection, behaviour, position);
    const users = await names(connection, "user_codes", () => createUserState());
    const items = await names(connection, "item_codes", () => createCounters());
    const actions = (await names(connection, "action_codes", () => null)).map(({ id }) => id);
    await readCounters(
      connection,
      userCounters(position),
      users.map(({ state }) => state.counters),
      actions,
    );
    await readCounters(
      connection,
      itemCounters(position),
      items.map(({ state }) => state),
      actions,
    );
    await readHistories(connection, behaviour, position, users, items, actions);
    for (const { project, id, state } of users) behaviour.adoptUser(project, id, state);
    for (const { project, id, state } of items) behaviour.adoptItem(project, id, state);
    await markEvicted(connection, behaviour);
    behaviour.position = Math.max(behaviour.position, position);
  } finally {
    for (const table of ["identity", "seen", "user_codes", "item_codes", "action_codes"])
      await connection.run(`DROP TABLE IF EXISTS temp.${table}`);
  }
}

interface Named<T> {
  project: string;
  id: string;
  state: T;
}

/** `identity`: the final user of every merged id, of one project or of all. */
export async function writeIdentity(
  connection: DuckDBConnection,
  identities: Identities,
  only?: string,
): Promise<void> {
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE identity (project VARCHAR, id VARCHAR, final_user VARCHAR)",
  );
  const projects = new Set(identities.merges(only).map(({ project }) => project));
  for (const project of projects) {
    const finalUser = identities.of(project).finalUser;
    await fill(
      connection,
      { name: "identity", catalog: "temp" },
      [...finalUser].map(([id, user]) => [project, id, user]),
    );
  }
}

/** `user_codes` and `item_codes`: who and what was last active, numbered, as far as memory goes. */
async function makeCodes(
  connection: DuckDBConnection,
  { options }: Behaviour,
  position: number,
): Promise<void> {
  const kept = options.historyLimit * 2;
  await connection.run(`CREATE OR REPLACE TEMP TABLE seen AS
    SELECT 'user' AS kind, e.project, coalesce(i.final_user, e.user_id) AS id, max(position) AS newest,
      ${userBytes} + least(count(*), ${kept}) * ${actBytes} AS bytes
    FROM events e LEFT JOIN identity i ON i.project = e.project AND i.id = e.user_id
    WHERE position <= ${position} GROUP BY 1, 2, 3
    UNION ALL
    SELECT 'item', project, item, max(position), ${itemBytes} FROM (
      SELECT project, position, CASE WHEN items IS NULL THEN item END AS item FROM events
      UNION ALL SELECT project, position, unnest(items).item FROM events WHERE items IS NOT NULL
    ) WHERE item IS NOT NULL AND position <= ${position} GROUP BY 1, 2, 3`);
  await connection.run(`ALTER TABLE seen ADD COLUMN fits BOOLEAN`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE seen AS SELECT * EXCLUDE (fits),
    sum(bytes) OVER (ORDER BY newest DESC, kind, project, id) <= ${options.bytes} AS fits FROM seen`);
  for (const kind of ["user", "item"]) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${kind}_codes AS
      SELECT (row_number() OVER () - 1)::INTEGER AS code, project, id FROM seen WHERE kind = '${kind}' AND fits`);
  }
  await connection.run(`CREATE OR REPLACE TEMP TABLE action_codes AS
    SELECT (row_number() OVER () - 1)::INTEGER AS code, '' AS project, action AS id
    FROM (SELECT DISTINCT action FROM events)`);
}

async function names<T>(connection: DuckDBConnection, table: string, create: () => T): Promise<Named<T>[]> {
  const found: Named<T>[] = [];
  await eachChunk(connection, `SELECT project, id FROM ${table} ORDER BY code`, ([projects, ids]) => {
    for (let i = 0; i < ids!.length; i++)
      found.push({ project: String(projects![i]), id: String(ids![i]), state: create() });
  });
  return found;
}

/** Rows (code, action, count, sum, latest time), of each user in the order in which it did something for the first time. */
function userCounters(position: number): string {
  return `SELECT u.code, a.code, counted.* EXCLUDE (project, user_id, action, first) FROM (
      SELECT project, user_id, action, count(*)::DOUBLE, coalesce(sum(value), 0), max(happened)::DOUBLE, min(position) AS first
      FROM events WHERE position <= ${position} GROUP BY project, user_id, action
    ) counted
    LEFT JOIN identity i ON i.project = counted.project AND i.id = counted.user_id
    JOIN user_codes u ON u.project = counted.project AND u.id = coalesce(i.final_user, counted.user_id)
    JOIN action_codes a ON a.id = counted.action
    ORDER BY first`;
}

/** The same of each item; every item of a slate counts. */
function itemCounters(position: number): string {
  return `SELECT c.code, a.code, counted.* EXCLUDE (project, item, action, first) FROM (
      SELECT project, item, action, count(*)::DOUBLE, coalesce(sum(value), 0), max(happened)::DOUBLE, min(position) AS first
      FROM (
        SELECT position, project, action, happened, value, item FROM events
        WHERE items IS NULL AND item IS NOT NULL AND position <= ${position}
        UNION ALL
        SELECT position, project, action, happened, value, unnest(items).item FROM events
        WHERE items IS NOT NULL AND position <= ${position}
      ) GROUP BY project, item, action
    ) counted
    JOIN item_codes c ON c.project = counted.project AND c.id = counted.item
    JOIN action_codes a ON a.id = counted.action
    ORDER BY first`;
}

async function readCounters(
  connection: DuckDBConnection,
  sql: string,
  tables: readonly CounterTable[],
  actions: readonly string[],
): Promise<void> {
  await eachChunk(connection, sql, ([codes, actionCodes, counts, sums, lasts]) => {
    for (let i = 0; i < codes!.length; i++) {
      const table = tables[Number(codes![i])]!;
      count(
        table,
        actions[Number(actionCodes![i])]!,
        Number(counts![i]),
        Number(sums![i]),
        Number(lasts![i]),
      );
    }
  });
}

/** Everybody's newest acts and shown items, as many as are kept; what is older is never looked at here. */
async function readHistories(
  connection: DuckDBConnection,
  { options: { historyLimit } }: Behaviour,
  position: number,
  users: readonly Named<UserState>[],
  items: readonly Named<CounterTable>[],
  actions: readonly string[],
): Promise<void> {
  const sql = `WITH happenings AS (
      SELECT position, happened, value, project, user_id, action, item, 0 AS place, action = 'impression' AS shown
      FROM events
      WHERE position <= ${position} AND NOT (action = 'impression' AND (items IS NOT NULL OR item IS NULL))
      UNION ALL
      SELECT position, happened, value, project, user_id, action, unnest(items).item, generate_subscripts(items, 1), true
      FROM events WHERE position <= ${position} AND action = 'impression' AND items IS NOT NULL
    ), newest AS (
      SELECT h.* EXCLUDE (user_id, action), u.code AS user_code, a.code AS action_code FROM happenings h
      LEFT JOIN identity i ON i.project = h.project AND i.id = h.user_id
      JOIN user_codes u ON u.project = h.project AND u.id = coalesce(i.final_user, h.user_id)
      JOIN action_codes a ON a.id = h.action
      QUALIFY row_number() OVER (PARTITION BY user_code, shown ORDER BY happened DESC, position DESC, place DESC)
        <= ${historyLimit}
    )
    SELECT user_code, shown, action_code, coalesce(c.code, -1), CASE WHEN c.code IS NULL THEN item END,
      position::DOUBLE, happened::DOUBLE, coalesce(value, 'nan'::DOUBLE)
    FROM newest n LEFT JOIN item_codes c ON c.project = n.project AND c.id = n.item
    ORDER BY user_code, shown, happened, position, place`;
  const itemIds = items.map(({ id }) => id);
  await eachChunk(connection, sql, (columns) => {
    const [userCodes, shown, actionCodes, itemCodes, names, positions, times, values] = columns;
    for (let i = 0; i < userCodes!.length; i++) {
      const user = users[Number(userCodes![i])]!.state;
      const history = shown![i] === true ? shownTo(user) : user.acts;
      const name = names![i];
      const item = itemIds[Number(itemCodes![i])] ?? (name === null ? null : String(name));
      const action = actions[Number(actionCodes![i])]!;
      const [at, time, value] = [Number(positions![i]), Number(times![i]), Number(values![i])];
      addToHistory(history, historyLimit, at, time, value, action, item);
    }
  });
}

async function markEvicted(connection: DuckDBConnection, behaviour: Behaviour): Promise<void> {
  await eachChunk(
    connection,
    "SELECT kind, project, id FROM seen WHERE NOT fits",
    ([kinds, projects, ids]) => {
      for (let i = 0; i < ids!.length; i++)
        behaviour.markEvicted(kinds![i] === "user" ? "user" : "item", String(projects![i]), String(ids![i]));
    },
  );
}
