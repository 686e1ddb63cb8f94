import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import { HeedError } from "../core/errors.js";
import type { CatalogueItem, EventStore, StoredEvent } from "./event-store.js";

const schema = `
  CREATE TABLE IF NOT EXISTS events (
    position BIGINT, id VARCHAR, time DOUBLE, user_id VARCHAR, action VARCHAR, item VARCHAR, event VARCHAR
  );
  CREATE TABLE IF NOT EXISTS items (item VARCHAR, title VARCHAR, genres VARCHAR[]);
`;

/** Impressions say what was shown, not what a person did. */
const outcome = "item IS NOT NULL AND action <> 'impression'";

/** The embedded store: one DuckDB file. Concurrent appends are committed together, in order of arrival. */
export async function openDuckDb(path: string): Promise<EventStore> {
  mkdirSync(dirname(path), { recursive: true });
  const { instance, connection } = await open(path);
  await connection.run(schema);
  let position = Number(
    (await rows(connection, "SELECT coalesce(max(position), 0) AS top FROM events"))[0]!.top,
  );
  const known = new Set((await rows(connection, "SELECT id FROM events")).map((event) => String(event.id)));
  let queue: Promise<unknown> = Promise.resolve();

  /** Statements share one connection: each waits for the one before it. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  }

  async function transaction(work: () => Promise<void>): Promise<void> {
    await connection.run("BEGIN");
    try {
      await work();
      await connection.run("COMMIT");
    } catch (error) {
      await connection.run("ROLLBACK");
      throw error;
    }
  }

  return {
    append: (events) =>
      inTurn(async () => {
        const inBatch = new Set<string>();
        const fresh = events.map(({ id }) => {
          const isNew = !known.has(id) && !inBatch.has(id);
          inBatch.add(id);
          return isNew;
        });
        const added = events.filter((_, i) => fresh[i]);
        await transaction(async () => {
          const appender = await connection.createAppender("events");
          for (const event of added) {
            appender.appendBigInt(BigInt(++position));
            appender.appendVarchar(event.id);
            appender.appendDouble(Date.parse(event.time) / 1000);
            appender.appendVarchar(event.user);
            appender.appendVarchar(event.action);
            if (event.item === undefined) appender.appendNull();
            else appender.appendVarchar(event.item);
            appender.appendVarchar(JSON.stringify(event));
            appender.endRow();
          }
          appender.closeSync();
        });
        for (const { id } of added) known.add(id);
        return fresh;
      }),
    userEvents: (user, { actions, limit = 1000 } = {}) =>
      inTurn(async () => {
        const wanted = actions ? " AND list_contains($3, action)" : "";
        const sql = `SELECT event FROM (
            SELECT event, time, position FROM events WHERE user_id = $1${wanted} ORDER BY time DESC, position DESC LIMIT $2
          ) ORDER BY time, position`;
        const result = await connection.runAndReadAll(sql, [
          user,
          limit,
          ...(actions ? [listValue([...actions])] : []),
        ]);
        return result.getRowObjects().map((entry) => JSON.parse(String(entry.event)) as StoredEvent);
      }),
    outcomes: () =>
      inTurn(async () => {
        const result = await connection.runAndReadAll(
          `SELECT user_id, item, time FROM events WHERE ${outcome} ORDER BY time, position`,
        );
        const [users, items, times] = result.getColumns();
        return users!.map((user, i) => ({
          user: String(user),
          item: String(items![i]),
          time: Number(times![i]),
        }));
      }),
    people: (limit) =>
      inTurn(async () => {
        const found = await rows(
          connection,
          `SELECT user_id, count(*) AS events FROM events WHERE ${outcome} GROUP BY user_id ORDER BY events DESC, user_id LIMIT ${Math.trunc(limit)}`,
        );
        return found.map(({ user_id, events }) => ({ user: String(user_id), events: Number(events) }));
      }),
    eraseUser: (user) =>
      inTurn(async () => {
        const found = await connection.runAndReadAll("DELETE FROM events WHERE user_id = $1 RETURNING id", [
          user,
        ]);
        return found.currentRowCount;
      }),
    putItems: (items) =>
      inTurn(() =>
        transaction(async () => {
          const appender = await connection.createAppender("items");
          for (const { item, title, genres } of items) {
            appender.appendVarchar(item);
            appender.appendVarchar(title);
            appender.appendList(listValue(genres), LIST(VARCHAR));
            appender.endRow();
          }
          appender.closeSync();
        }),
      ),
    items: () =>
      inTurn(async () => {
        const found = await connection.runAndReadAll("SELECT item, title, genres FROM items");
        return found.getRowObjectsJS().map((entry) => entry as unknown as CatalogueItem);
      }),
    isEmpty: () => inTurn(async () => (await rows(connection, "SELECT 1 FROM items LIMIT 1")).length === 0),
    close: () =>
      inTurn(async () => {
        connection.closeSync();
        instance.closeSync();
      }),
  };
}

async function open(path: string): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  try {
    const instance = await DuckDBInstance.create(path);
    return { instance, connection: await instance.connect() };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (reason.includes("lock")) {
      throw new HeedError(
        "locked",
        `${path} is open in another process`,
        "stop the other Heed, or give this one its own HEED_HOME",
        { cause },
      );
    }
    throw new HeedError(
      "store",
      `${path} cannot be opened: ${reason}`,
      "move the file away to start afresh, or restore a backup",
      { cause },
    );
  }
}

async function rows(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjects();
}
