import { randomBytes } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { HeedError } from "../../core/errors.js";
import { rows } from "./database.js";
import { eventColumns } from "./record.js";

/** The version of the tables below; a change to them is one more migration. */
export const schemaVersion = 1;

const eventsTable = `CREATE TABLE events (${Object.entries(eventColumns)
  .map(([name, type]) => `${name} ${type}`)
  .join(", ")})`;

const tables = [
  eventsTable,
  "CREATE TABLE merges (position BIGINT, project VARCHAR, anonymous VARCHAR, user_id VARCHAR)",
  // The digest is the user's id under the store's seed: the id itself is forgotten.
  "CREATE TABLE tombstones (project VARCHAR, digest VARCHAR, erased BIGINT)",
  `CREATE TABLE entities (project VARCHAR, kind VARCHAR, id VARCHAR, value VARCHAR, PRIMARY KEY (project, kind, id))`,
  "CREATE TABLE revisions (project VARCHAR, kind VARCHAR, revision BIGINT, PRIMARY KEY (project, kind))",
];

/** From one version to the next: `migrations[n]` turns version n into n + 1. */
const migrations: readonly ((connection: DuckDBConnection) => Promise<void>)[] = [fromUnversioned];

/** Makes the tables of a new file, brings an older file up to date in one transaction, refuses a newer one. */
export async function prepareSchema(connection: DuckDBConnection, path: string): Promise<void> {
  const names = (await rows(connection, "SELECT table_name FROM duckdb_tables()")).map(([name]) =>
    String(name),
  );
  await connection.run("BEGIN");
  try {
    if (!names.includes("meta")) {
      await connection.run("CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR)");
      if (names.includes("events")) {
        await migrate(connection, 0);
      } else {
        for (const table of tables) await connection.run(table);
        await setMeta(connection, "loaded", "0");
      }
      await setMeta(connection, "schema", String(schemaVersion));
      await setMeta(connection, "seed", randomBytes(8).toString("hex"));
    } else {
      const version = Number((await meta(connection)).schema);
      if (!(version <= schemaVersion)) {
        throw new HeedError(
          "newer",
          `${path} has schema ${version}; this Heed knows up to ${schemaVersion}`,
          "update Heed, or restore a backup that this version made",
        );
      }
      await migrate(connection, version);
      await setMeta(connection, "schema", String(schemaVersion));
    }
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function migrate(connection: DuckDBConnection, from: number): Promise<void> {
  for (const step of migrations.slice(from)) await step(connection);
}

/** The facts a file keeps about itself: schema, seed, and `loaded`, the position up to which the log is in its tables. */
export async function meta(connection: DuckDBConnection): Promise<Record<string, string>> {
  const found = await rows(connection, "SELECT name, value FROM meta");
  return Object.fromEntries(found.map(([name, value]) => [String(name), String(value)]));
}

export async function setMeta(connection: DuckDBConnection, name: string, value: string): Promise<void> {
  await connection.run("INSERT OR REPLACE INTO meta VALUES ($1, $2)", [name, value]);
}

/** The first store had no version: events as JSON text, and items with a title and genres. All of it was "default"'s. */
async function fromUnversioned(connection: DuckDBConnection): Promise<void> {
  await connection.run("ALTER TABLE events RENAME TO old_events");
  await connection.run("ALTER TABLE items RENAME TO old_items");
  for (const table of tables) await connection.run(table);
  const field = (name: string) => `event->>'$.${name}'`;
  await connection.run(`INSERT INTO events SELECT position, 'default', id, (time * 1000)::BIGINT, (time * 1000)::BIGINT,
      (time * 1000)::BIGINT, NULL, user_id, ${field("session")}, action, item, ${field("surface")}, ${field("slate")},
      ${field("query")}, (${field("value")})::DOUBLE, ${field("model")},
      from_json(event->'$.items', '[{"item":"VARCHAR","position":"BIGINT","propensity":"DOUBLE"}]'),
      (event->'$.context')::VARCHAR
    FROM old_events ORDER BY position`);
  await connection.run(`INSERT INTO entities SELECT 'default', 'item', item,
      json_object('item', item, 'title', title, 'categories', genres)::VARCHAR FROM old_items`);
  await connection.run("INSERT INTO revisions VALUES ('default', 'item', 1)");
  const [[top]] = (await rows(connection, "SELECT coalesce(max(position), 0) FROM old_events")) as [[bigint]];
  await setMeta(connection, "loaded", String(top));
  await connection.run("DROP TABLE old_events");
  await connection.run("DROP TABLE old_items");
}
