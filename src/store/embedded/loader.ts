import type { DuckDBConnection } from "@duckdb/node-api";
import type { Database } from "./database.js";
import { eventColumns, lineColumns } from "./record.js";
import { setMeta } from "./schema.js";
import type { Segment, Segments } from "./segments.js";
import { createTurn } from "./turn.js";

/** Moves what was acknowledged from the write-ahead files into the database's tables. */
export interface Loader {
  /** The position up to which the tables hold the log. */
  readonly loaded: number;
  /** Loads every closed file; resolves with `loaded`. */
  load(): Promise<number>;
  /** Makes the tables durable in the main file and deletes the files that are in it. */
  checkpoint(): Promise<void>;
}

/** Checkpoint after so many bytes or files: what a restart may have to load again. */
const checkpointBytes = 64 << 20;
const checkpointFiles = 64;

const columns = Object.keys(eventColumns).join(", ");
const types = Object.entries(lineColumns)
  .map(([name, type]) => `"${name}": '${type}'`)
  .join(", ");

export function createLoader(database: Database, segments: Segments, loadedBefore: number): Loader {
  const turn = createTurn();
  let loaded = loadedBefore;
  let sinceCheckpoint = 0;

  async function loadInto(connection: DuckDBConnection, files: readonly Segment[]): Promise<number> {
    // Header lines have none of the columns: every one is null.
    await connection.run(
      `INSERT INTO events SELECT ${columns} FROM ${reader(files)} WHERE position > ${loaded} AND id IS NOT NULL`,
    );
    const withMerges = files.filter(({ merges }) => merges > 0);
    if (withMerges.length > 0) {
      await connection.run(
        `INSERT INTO merges SELECT position, project, anonymous, user_id FROM ${reader(withMerges)}
         WHERE position > ${loaded} AND anonymous IS NOT NULL`,
      );
    }
    const last = files.at(-1)!.last;
    await setMeta(connection, "loaded", String(last));
    return last;
  }

  async function checkpoint(): Promise<void> {
    await database.maintain(async (connection) => {
      const durable = loaded;
      await connection.run("CHECKPOINT");
      sinceCheckpoint = 0;
      segments.drop(durable);
    });
  }

  async function loadClosed(): Promise<number> {
    const files = segments.closed().filter(({ last }) => last > loaded);
    if (files.length > 0) {
      loaded = await database.write((connection) => loadInto(connection, files));
      sinceCheckpoint += files.reduce((sum, { bytes }) => sum + bytes, 0);
    }
    if (sinceCheckpoint >= checkpointBytes || segments.closed().length >= checkpointFiles)
      // A reader's open transaction can stand in the way: the next load tries again.
      await checkpoint().catch(() => {});
    return loaded;
  }

  return {
    get loaded() {
      return loaded;
    },
    load: () => turn(loadClosed),
    checkpoint: () => turn(checkpoint),
  };
}

function reader(files: readonly Segment[]): string {
  const paths = files.map(({ path }) => `'${path.replaceAll("'", "''")}'`).join(", ");
  return `read_json([${paths}], format = 'newline_delimited', columns = {${types}})`;
}
