import { type DuckDBConnection, type DuckDBValue, listValue } from "@duckdb/node-api";
import { HeedError } from "../../core/errors.js";
import type { Entity, OnlineStore } from "../online-store.js";
import { type Database, eachChunk, rows } from "./database.js";
import { createEntityCache, kindKey } from "./entity-cache.js";

export type Entities = Pick<OnlineStore, "put" | "get" | "list" | "delete" | "revision"> & {
  metrics(): Record<string, number>;
};

/** Entities put at once in one statement. */
const putSize = 5_000;

/**
 * Users, items and the like in a table, and in memory the ones in use: whole kinds where they fit, so that nobody waits
 * for the table, not even to learn that an id is unknown.
 */
export function createEntities(database: Database, cacheLimit: number): Entities {
  const cache = createEntityCache(cacheLimit);
  /** Kinds that were looked at as a whole, whether they fit or not. */
  const looked = new Set<string>();
  /** This process alone writes: what it knows of a revision is so. */
  const revisions = new Map<string, number>();
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

  /** Takes a whole kind into memory, if it fits, in the writer's turn: nothing changes meanwhile. */
  async function loadKind(project: string, kind: string): Promise<void> {
    await database.maintain(async (connection) => {
      const condition = "FROM entities WHERE project = $project AND kind = $kind";
      const [counted] = await rows(connection, `SELECT count(*) ${condition}`, { project, kind });
      if (Number(counted![0]) + cache.size > cacheLimit) return;
      const { evictions } = cache;
      await eachChunk(
        connection,
        `SELECT id, value ${condition}`,
        ([ids, values]) => {
          for (let i = 0; i < ids!.length; i++)
            cache.set(project, kind, String(ids![i]), frozen(String(ids![i]), String(values![i])));
        },
        { project, kind },
      );
      // Others may have filled the memory meanwhile.
      if (cache.evictions === evictions) cache.setComplete(project, kind);
    });
  }

  /** Begins to take in a kind that somebody asks for, behind the answers. */
  function loadBehind(project: string, kind: string): void {
    const key = kindKey(project, kind);
    if (looked.has(key)) return;
    looked.add(key);
    // Whoever asks next begins again.
    loadKind(project, kind).catch(() => looked.delete(key));
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
      for (const [id, entity] of found) cache.set(project, kind, id, entity);
    return found;
  }

  return {
    async put(project, kind, entities) {
      const texts = new Map(entities.map(({ id, value }) => [id, toText(kind, id, value)]));
      const checked = [...texts].map(([id, text]) => frozen(id, text));
      const parts = [...texts].map(([id, value]) => ({ id, value }));
      const revision = await write(async (connection) => {
        for (let at = 0; at < parts.length; at += putSize) {
          await connection.run(
            `INSERT OR REPLACE INTO entities SELECT $project, $kind, id, value FROM (
               SELECT unnest(from_json($entities::JSON, '[{"id":"VARCHAR","value":"VARCHAR"}]'), recursive := true))`,
            { project, kind, entities: JSON.stringify(parts.slice(at, at + putSize)) },
          );
        }
        return revise(connection, project, kind);
      });
      revisions.set(kindKey(project, kind), revision);
      for (const entity of checked) cache.set(project, kind, entity.id, entity);
    },
    async get(project, kind, ids) {
      const missing = ids.filter((id) => cache.get(project, kind, id) === undefined);
      if (missing.length > 0) loadBehind(project, kind);
      const fetched = missing.length > 0 ? await fetch(project, kind, [...new Set(missing)]) : null;
      return ids.map((id) => fetched?.get(id) ?? cache.get(project, kind, id) ?? null);
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
      const { count, revision } = await write(async (connection) => {
        const result = await connection.run(
          "DELETE FROM entities WHERE project = $project AND kind = $kind AND list_contains($ids, id)",
          { project, kind, ids: listValue([...ids]) },
        );
        const count = result.rowsChanged;
        return { count, revision: count > 0 ? await revise(connection, project, kind) : null };
      });
      if (revision !== null) revisions.set(kindKey(project, kind), revision);
      for (const id of ids) cache.delete(project, kind, id);
      return count;
    },
    async revision(project, kind) {
      const key = kindKey(project, kind);
      const known = revisions.get(key);
      if (known !== undefined) return known;
      const [found] = await database.read((connection) =>
        rows(connection, "SELECT revision FROM revisions WHERE project = $1 AND kind = $2", [project, kind]),
      );
      // What was written while it was read is newer.
      if (!revisions.has(key)) revisions.set(key, Number(found?.[0] ?? 0));
      return revisions.get(key)!;
    },
    metrics: () => ({ entities_in_memory: cache.size }),
  };
}

/** Counts a change; answers the revision that it makes. */
async function revise(connection: DuckDBConnection, project: string, kind: string): Promise<number> {
  const [revised] = await rows(
    connection,
    `INSERT INTO revisions VALUES ($1, $2, 1) ON CONFLICT (project, kind) DO UPDATE SET revision = revision + 1
     RETURNING revision`,
    [project, kind],
  );
  return Number(revised![0]);
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
