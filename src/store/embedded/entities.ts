import { type DuckDBConnection, type DuckDBValue, listValue } from "@duckdb/node-api";
import { HeedError } from "../../core/errors.js";
import type { Entity, OnlineStore } from "../online-store.js";
import { createClockMap } from "./clock-map.js";
import { type Database, rows } from "./database.js";

export type Entities = Pick<OnlineStore, "put" | "get" | "list" | "delete" | "revision"> & {
  metrics(): Record<string, number>;
};

/** Entities put at once in one statement. */
const putSize = 5_000;

interface Known {
  /** Null for an id that is known to name nothing. */
  entity: Entity | null;
  used: boolean;
}

/** Users, items and the like in a table, the ones in use (and the ids found to be unknown) in memory as well. */
export function createEntities(database: Database, cacheLimit: number): Entities {
  const cache = createClockMap<Known>();
  let writes = 0;
  let writing = 0;

  async function write<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    writing++;
    try {
      return await database.write(work);
    } finally {
      writing--;
      writes++;
    }
  }

  function remember(project: string, kind: string, id: string, entity: Entity | null): void {
    cache.set(cacheKey(project, kind, id), { entity, used: true });
    while (cache.size > cacheLimit) cache.evict();
  }

  async function fetch(
    project: string,
    kind: string,
    ids: readonly string[],
  ): Promise<Map<string, Entity | null>> {
    const before = writing === 0 ? writes : -1;
    const stored = await database.read((connection) =>
      rows(
        connection,
        "SELECT id, value FROM entities WHERE project = $project AND kind = $kind AND list_contains($ids, id)",
        { project, kind, ids: listValue([...ids]) },
      ),
    );
    const found = new Map<string, Entity | null>(ids.map((id) => [id, null]));
    for (const [id, value] of stored) found.set(String(id), frozen(String(id), String(value)));
    // What is written meanwhile is newer than what was read.
    if (writing === 0 && writes === before)
      for (const [id, entity] of found) remember(project, kind, id, entity);
    return found;
  }

  return {
    async put(project, kind, entities) {
      const texts = new Map(entities.map(({ id, value }) => [id, toText(kind, id, value)]));
      const checked = [...texts].map(([id, text]) => frozen(id, text));
      const parts = [...texts].map(([id, value]) => ({ id, value }));
      await write(async (connection) => {
        for (let at = 0; at < parts.length; at += putSize) {
          await connection.run(
            `INSERT OR REPLACE INTO entities SELECT $project, $kind, id, value FROM (
               SELECT unnest(from_json($entities::JSON, '[{"id":"VARCHAR","value":"VARCHAR"}]'), recursive := true))`,
            { project, kind, entities: JSON.stringify(parts.slice(at, at + putSize)) },
          );
        }
        await revise(connection, project, kind);
      });
      for (const entity of checked) remember(project, kind, entity.id, entity);
    },
    async get(project, kind, ids) {
      const missing = ids.filter((id) => cache.get(cacheKey(project, kind, id)) === undefined);
      const fetched = missing.length > 0 ? await fetch(project, kind, [...new Set(missing)]) : null;
      return ids.map((id) => fetched?.get(id) ?? cache.get(cacheKey(project, kind, id))?.entity ?? null);
    },
    async list(project, kind, { after, limit = 1_000 } = {}) {
      const values: Record<string, DuckDBValue> = { project, kind };
      if (after !== undefined) values.after = after;
      const found = await database.read((connection) =>
        rows(
          connection,
          `SELECT id, value FROM entities WHERE project = $project AND kind = $kind
           ${after === undefined ? "" : "AND id > $after"} ORDER BY id LIMIT ${Math.trunc(limit)}`,
          values,
        ),
      );
      return found.map(([id, value]) => frozen(String(id), String(value)));
    },
    async delete(project, kind, ids) {
      const count = await write(async (connection) => {
        const result = await connection.run(
          "DELETE FROM entities WHERE project = $project AND kind = $kind AND list_contains($ids, id)",
          { project, kind, ids: listValue([...ids]) },
        );
        if (result.rowsChanged > 0) await revise(connection, project, kind);
        return result.rowsChanged;
      });
      for (const id of ids) cache.delete(cacheKey(project, kind, id));
      return count;
    },
    async revision(project, kind) {
      const [found] = await database.read((connection) =>
        rows(connection, "SELECT revision FROM revisions WHERE project = $1 AND kind = $2", [project, kind]),
      );
      return Number(found?.[0] ?? 0);
    },
    metrics: () => ({ entities_in_memory: cache.size }),
  };
}

async function revise(connection: DuckDBConnection, project: string, kind: string): Promise<void> {
  await connection.run(
    `INSERT INTO revisions VALUES ($1, $2, 1) ON CONFLICT (project, kind) DO UPDATE SET revision = revision + 1`,
    [project, kind],
  );
}

function toText(kind: string, id: string, value: unknown): string {
  if (id === "" || /[\0\ud800-\udfff]/u.test(id)) {
    throw new HeedError(
      "entity",
      `${kind} id ${JSON.stringify(id)} cannot be stored`,
      "give a name of well-formed text",
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new HeedError(
      "entity",
      `the value of ${kind} "${id}" is not an object`,
      "give an object of JSON values",
    );
  }
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new HeedError(
      "entity",
      `the value of ${kind} "${id}" is not JSON`,
      "give an object of JSON values",
      {
        cause,
      },
    );
  }
}

/** What is handed out is shared: nobody may change it. */
function frozen(id: string, text: string): Entity {
  return deepFreeze({ id, value: JSON.parse(text) as Record<string, unknown> });
}

function deepFreeze<T extends object>(value: T): T {
  for (const entry of Object.values(value))
    if (typeof entry === "object" && entry !== null) deepFreeze(entry);
  return Object.freeze(value);
}

function cacheKey(project: string, kind: string, id: string): string {
  return `${project.length}:${project}${kind.length}:${kind}${id}`;
}
