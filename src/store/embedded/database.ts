import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { HeedError } from "../../core/errors.js";
import { breathe, createTurn } from "./turn.js";

/** A DuckDB file: one writer at a time, some readers beside it. */
export interface Database {
  readonly path: string;
  /** Runs with a connection of its own; sees what was committed when each statement began. */
  read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Runs alone among writers, in a transaction: all of it is committed, or nothing. */
  write<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Runs alone among writers, outside a transaction. */
  maintain<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /**
   * Runs `prepare` alone among writers, then closes the file, runs what it answered (which may exchange the file) while
   * nobody uses it, and opens it again.
   */
  exchange(prepare: (connection: DuckDBConnection) => Promise<() => Promise<void>>): Promise<void>;
  close(): Promise<void>;
}

/** Readers at the same time; more wait for their turn. */
const readerCount = 3;

export async function openDatabase(path: string, options: { memoryLimit: string }): Promise<Database> {
  let instance = await openInstance(path, options);
  const writing = createTurn();
  const readers = Array.from({ length: readerCount }, createTurn);
  let nextReader = 0;
  let connections: (DuckDBConnection | null)[] = [];

  async function connection(slot: number): Promise<DuckDBConnection> {
    connections[slot] ??= await instance.connect();
    return connections[slot];
  }

  function disconnect(): void {
    for (const each of connections) each?.closeSync();
    connections = [];
    instance.closeSync();
  }

  async function allReaders<T>(work: () => Promise<T>): Promise<T> {
    const held = readers.map((turn) => {
      let release: () => void = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const reached = new Promise<void>((resolve) => {
        void turn(() => {
          resolve();
          return released;
        });
      });
      return { reached, release };
    });
    await Promise.all(held.map(({ reached }) => reached));
    try {
      return await work();
    } finally {
      for (const { release } of held) release();
    }
  }

  /** After an error that DuckDB does not recover from the file is opened again: what was committed is in it. */
  async function reopenIfInvalid(cause: unknown): Promise<void> {
    if (!/invalidated|FATAL/.test(messageOf(cause))) return;
    await allReaders(async () => {
      disconnect();
      instance = await openInstance(path, options);
    });
  }

  function maintain<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return writing(async () => {
      try {
        return await work(await connection(readerCount));
      } catch (cause) {
        await reopenIfInvalid(cause).catch(() => {});
        throw databaseError(path, cause);
      }
    });
  }

  return {
    path,
    read(work) {
      const slot = nextReader++ % readerCount;
      return readers[slot]!(async () => {
        try {
          return await work(await connection(slot));
        } catch (cause) {
          throw databaseError(path, cause);
        }
      });
    },
    maintain,
    write: (work) =>
      maintain(async (writer) => {
        await writer.run("BEGIN");
        try {
          const result = await work(writer);
          await writer.run("COMMIT");
          return result;
        } catch (error) {
          await writer.run("ROLLBACK").catch(() => {});
          throw error;
        }
      }),
    exchange: (prepare) =>
      maintain(async (writer) => {
        const swap = await prepare(writer);
        await allReaders(async () => {
          disconnect();
          try {
            await swap();
          } finally {
            instance = await openInstance(path, options);
          }
        });
      }),
    close: () => writing(() => allReaders(async () => disconnect())),
  };
}

/** Opens a DuckDB file, or says why not. */
export async function openInstance(
  path: string,
  options: { memoryLimit?: string; readOnly?: boolean } = {},
): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path, {
      memory_limit: options.memoryLimit ?? "1GB",
      // One thread of the pool beside the event loop: serving keeps the other core.
      threads: "1",
      // The loader checkpoints between its transactions, never inside somebody's commit.
      checkpoint_threshold: "4GB",
      access_mode: options.readOnly ? "READ_ONLY" : "READ_WRITE",
    });
  } catch (cause) {
    throw databaseError(path, cause);
  }
}

/** All rows of a query, as arrays. */
export async function rows(
  connection: DuckDBConnection,
  sql: string,
  values?: Record<string, DuckDBValue> | DuckDBValue[],
): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql, values)).getRows();
}

/** A query's result piece by piece, as columns: in bounded memory, with air for the event loop between the pieces. */
export async function eachChunk(
  connection: DuckDBConnection,
  sql: string,
  onColumns: (columns: DuckDBValue[][]) => void,
  values?: Record<string, DuckDBValue>,
): Promise<void> {
  const result = await connection.stream(sql, values);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    onColumns(chunk.getColumns());
}

/** Fills a table from rows of strings and numbers. */
export async function fill(
  connection: DuckDBConnection,
  table: { name: string; catalog?: string },
  values: Iterable<readonly (string | number)[]>,
): Promise<void> {
  const appender = await connection.createAppender(table.name, "main", table.catalog);
  let count = 0;
  for (const row of values) {
    if (++count % 4_096 === 0) await breathe();
    for (const value of row) {
      if (typeof value === "string") appender.appendVarchar(value);
      else appender.appendBigInt(BigInt(value));
    }
    appender.endRow();
  }
  appender.closeSync();
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function databaseError(path: string, cause: unknown): HeedError {
  if (cause instanceof HeedError) return cause;
  const reason = messageOf(cause);
  if (/Could not set lock|Conflicting lock/.test(reason)) {
    const owner = /PID (\d+)/.exec(reason)?.[1];
    return new HeedError(
      "locked",
      `${path} is in use by another process${owner ? ` (${owner})` : ""}`,
      "stop it, talk to it over HTTP, or give this one another HEED_HOME",
      { cause },
    );
  }
  if (/No space left|disk is full|ENOSPC|max_temp_directory_size/i.test(reason)) {
    return new HeedError("disk-full", `the disk of ${path} is full`, "free some space and try again", {
      cause,
    });
  }
  if (/serialization version|newer version|storage version/i.test(reason)) {
    return new HeedError(
      "newer",
      `${path} was written by a newer DuckDB: ${reason}`,
      "update Heed, or restore a backup that this version made",
      { cause },
    );
  }
  return new HeedError(
    "store",
    `${path}: ${reason}`,
    "look at the message; when the file is damaged, restore a backup",
    { cause },
  );
}
