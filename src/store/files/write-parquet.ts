import { openInstance } from "../embedded/database.js";
import { type Field, fieldsOf, type RowKind } from "./fields.js";
import { sqlPath } from "./sql-path.js";

/** What a field is in a line that `writeParquet` reads. */
function lineType({ type, parquet }: Field): string {
  return type === "time" && parquet !== "VARCHAR" ? "BIGINT" : parquet;
}

/** A row as `writeParquet` reads it: instants in milliseconds, objects as text. */
export function parquetLine(kind: RowKind, row: Readonly<Record<string, unknown>>): string {
  const line: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fieldsOf[kind])) {
    const value = row[name];
    if (value === undefined || value === null) continue;
    if (field.type === "json") line[name] = JSON.stringify(value);
    else line[name] = lineType(field) === "BIGINT" ? Date.parse(String(value)) : value;
  }
  return `${JSON.stringify(line)}\n`;
}

/** Turns a file of lines into Parquet, compressed with Zstandard, rows in their order. */
export async function writeParquet(lines: string, path: string, kind: RowKind): Promise<void> {
  const fields = Object.entries(fieldsOf[kind]);
  const columns = fields.map(([name, field]) => `${quoted(name)}: '${lineType(field)}'`).join(", ");
  const selected = fields
    .map(([name, field]) =>
      lineType(field) === field.parquet
        ? quoted(name)
        : `epoch_ms(${quoted(name)})::TIMESTAMPTZ AS ${quoted(name)}`,
    )
    .join(", ");
  const instance = await openInstance(":memory:", { memoryLimit: "512MB" });
  try {
    const connection = await instance.connect();
    // Without it a cast between instants and times of day asks where this machine stands.
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(
      `COPY (SELECT ${selected} FROM read_json(${sqlPath(lines)}, format = 'newline_delimited', columns = {${columns}},
         maximum_object_size = 67108864)) TO ${sqlPath(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

function quoted(name: string): string {
  return `"${name}"`;
}
