import type { DuckDBConnection } from "@duckdb/node-api";
import { HeedError } from "../../core/errors.js";
import { openInstance, rows as rowsOfQuery } from "../embedded/database.js";
import { plainValue } from "./plain-value.js";
import { batchRows, type FileBatch, type FileRow, type RowFile } from "./row-file.js";
import { sqlPath } from "./sql-path.js";

/** A Parquet file, read by DuckDB a piece at a time. */
export async function openParquet(path: string): Promise<RowFile> {
  const source = `read_parquet(${sqlPath(path)})`;
  const instance = await openInstance(":memory:", { memoryLimit: "512MB" });
  const connection = await instance.connect();
  async function close(): Promise<void> {
    connection.closeSync();
    instance.closeSync();
  }
  try {
    const described = await rowsOfQuery(connection, `DESCRIBE SELECT * FROM ${source}`);
    const types = Object.fromEntries(described.map(([name, type]) => [String(name), String(type)]));
    const [[count]] = (await rowsOfQuery(connection, `SELECT count(*) FROM ${source}`)) as [[bigint]];
    const batches = batchesOf(connection, path, source, Number(count));
    return { columns: Object.keys(types), types, batches, close };
  } catch (cause) {
    await close();
    throw unreadable(path, cause);
  }
}

async function* batchesOf(
  connection: DuckDBConnection,
  path: string,
  source: string,
  count: number,
): AsyncGenerator<FileBatch> {
  let line = 0;
  try {
    const result = await connection.stream(`SELECT * FROM ${source}`);
    const names = result.columnNames();
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      const columns = chunk.getColumns();
      for (let start = 0; start < chunk.rowCount; start += batchRows) {
        const rows: FileRow[] = [];
        for (let i = start; i < Math.min(chunk.rowCount, start + batchRows); i++) {
          const values = Object.create(null) as Record<string, unknown>;
          for (let c = 0; c < names.length; c++) values[names[c]!] = plainValue(columns[c]![i]!);
          rows.push({ line: ++line, values });
        }
        yield { rows, part: line / count };
      }
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): HeedError {
  const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  return new HeedError(
    "file",
    `${path} cannot be read as Parquet: ${reason}`,
    "check that it was written whole; for another format: --format csv or --format ndjson",
    { cause },
  );
}
