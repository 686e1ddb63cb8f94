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
    await replayEvents(connection, behaviour, position, users, items, actions);
    await replaySlates(connection, behaviour, position, users, items, actions);
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

const codes = `LEFT JOIN identity i ON i.project = e.project AND i.id = e.user_id
  LEFT JOIN user_codes u ON u.project = e.project AND u.id = coalesce(i.final_user, e.user_id)
  LEFT JOIN action_codes a ON a.id = e.action
  LEFT JOIN item_codes c ON c.project = e.project AND c.id = e.item`;
const numbers = `e.position::DOUBLE, happened::DOUBLE, coalesce(value, 'nan'::DOUBLE), coalesce(u.code, -1), a.code,
  coalesce(c.code, -1), CASE WHEN c.code IS NULL THEN e.item END`;

/** Every event: its user's counters, and its act or the one item it is about. */
async function replayEvents(
  connection: DuckDBConnection,
  { options: { historyLimit } }: Behaviour,
  position: number,
  users: readonly Named<UserState>[],
  items: readonly Named<CounterTable>[],
  actions: readonly string[],
): Promise<void> {
  const sql = `SELECT ${numbers}, e.items IS NOT NULL FROM events e ${codes} WHERE e.position <= ${position}`;
  const itemIds = items.map(({ id }) => id);
  await eachChunk(connection, sql, (columns) => {
    const [positions, times, values, userCodes, actionCodes, itemCodes, names, slates] = columns;
    for (let i = 0; i < positions!.length; i++) {
      const [at, value] = [Number(times![i]), Number(values![i])];
      const action = actions[Number(actionCodes![i])]!;
      const itemCode = Number(itemCodes![i]);
      const sum = Number.isNaN(value) ? 0 : value;
      const isSlate = slates![i] === true;
      if (itemCode >= 0 && !isSlate) count(items[itemCode]!.state, action, 1, sum, at);
      const user = users[Number(userCodes![i])]?.state;
      if (!user) continue;
      count(user.counters, action, 1, sum, at);
      const name = names![i];
      const item = itemIds[itemCode] ?? (name === null ? null : String(name));
      const isImpression = action === "impression";
      if (isImpression && (isSlate || item === null)) continue;
      const history = isImpression ? shownTo(user) : user.acts;
      addToHistory(history, historyLimit, Number(positions![i]), at, value, action, item);
    }
  });
}

/** Every item of every slate. */
async function replaySlates(
  connection: DuckDBConnection,
  { options: { historyLimit } }: Behaviour,
  position: number,
  users: readonly Named<UserState>[],
  items: readonly Named<CounterTable>[],
  actions: readonly string[],
): Promise<void> {
  const sql = `SELECT ${numbers} FROM (
      SELECT position, project, user_id, action, happened, value, unnest(items).item AS item FROM events
      WHERE items IS NOT NULL AND position <= ${position}
    ) e ${codes}`;
  await eachChunk(connection, sql, (columns) => {
    const [positions, times, values, userCodes, actionCodes, itemCodes, names] = columns;
    for (let i = 0; i < positions!.length; i++) {
      const [at, value] = [Number(times![i]), Number(values![i])];
      const action = actions[Number(actionCodes![i])]!;
      const item = items[Number(itemCodes![i])];
      if (item) count(item.state, action, 1, Number.isNaN(value) ? 0 : value, at);
      const user = users[Number(userCodes![i])]?.state;
      if (!user || action !== "impression") continue;
      const name = item?.id ?? String(names![i]);
      addToHistory(shownTo(user), historyLimit, Number(positions![i]), at, value, action, name);
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
