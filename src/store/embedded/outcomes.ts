import {
  type DuckDBConnection,
  DuckDBDoubleVector,
  DuckDBIntegerVector,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { Coded, Outcomes, Scan } from "../analytics.js";
import { eachChunk, rows } from "./database.js";
import { actionCondition, scanCondition } from "./scan.js";

/**
 * The outcomes of a scan in order of position. Needs `identity`. Names become numbers inside the database, so that the
 * event loop copies columns of numbers and reads each name once, however often it occurs.
 */
export async function readOutcomes(
  connection: DuckDBConnection,
  scan: Scan & { actions?: readonly string[] },
): Promise<Outcomes> {
  const { sql, values: bounds } = scanCondition(scan, "e");
  const acted = actionCondition(scan.actions, "e", "e.action <> 'impression'");
  const values = { ...bounds, ...acted.values };
  const selected = `(
    SELECT e.position, e.happened, e.value, coalesce(i.final_user, e.user_id) AS user_id, e.item, e.action
    FROM events e LEFT JOIN identity i ON i.id = e.user_id
    WHERE ${sql} AND ${acted.sql} AND e.item IS NOT NULL
  )`;
  const user = await numberNames(
    connection,
    "outcome_users",
    `SELECT user_id AS name, position FROM ${selected}`,
    values,
  );
  const item = await numberNames(
    connection,
    "outcome_items",
    `SELECT item AS name, position FROM ${selected}`,
    values,
  );
  const action = await numberNames(
    connection,
    "outcome_actions",
    `SELECT action AS name, position FROM ${selected}`,
    values,
  );
  const [[count] = [0]] = await rows(connection, `SELECT count(*) FROM ${selected}`, values);
  const length = Number(count);
  const numbers = [new Float64Array(length), new Float64Array(length), new Float64Array(length)] as const;
  const codes = [new Int32Array(length), new Int32Array(length), new Int32Array(length)] as const;
  await copyColumns(
    connection,
    `SELECT s.position::DOUBLE, s.happened::DOUBLE, coalesce(s.value, 'nan'::DOUBLE)::DOUBLE, u.code, x.code, a.code
     FROM ${selected} s JOIN outcome_users u ON u.name = s.user_id
       JOIN outcome_items x ON x.name = s.item JOIN outcome_actions a ON a.name = s.action
     ORDER BY s.position`,
    values,
    [...numbers, ...codes],
  );
  const [position, at, value] = numbers;
  return {
    length,
    position,
    at,
    user: { codes: codes[0], values: user },
    item: { codes: codes[1], values: item },
    action: { codes: codes[2], values: action },
    value,
  };
}

/** Leaves `table` behind: the different names of a selection, numbered in order of their first position; gives them in that order. */
async function numberNames(
  connection: DuckDBConnection,
  table: string,
  selection: string,
  values: Record<string, DuckDBValue>,
): Promise<Coded["values"]> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS
     SELECT name, (row_number() OVER (ORDER BY first) - 1)::INTEGER AS code
     FROM (SELECT name, min(position) AS first FROM (${selection}) GROUP BY name)`,
    values,
  );
  const names: string[] = [];
  await eachChunk(connection, `SELECT name FROM ${table} ORDER BY code`, ([column]) => {
    for (const name of column!) names.push(String(name));
  });
  return names;
}

/** Fills arrays with a result's columns, which are DOUBLE or INTEGER without nulls, and as long as they are. */
async function copyColumns(
  connection: DuckDBConnection,
  sql: string,
  values: Record<string, DuckDBValue>,
  columns: readonly (Float64Array | Int32Array)[],
): Promise<void> {
  const result = await connection.stream(sql, values);
  let start = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const [i, column] of columns.entries()) {
      const vector = chunk.getColumnVector(i);
      if (!(vector instanceof DuckDBDoubleVector || vector instanceof DuckDBIntegerVector))
        throw new TypeError(`column ${i} is ${vector.type}, neither DOUBLE nor INTEGER`);
      for (let row = 0; row < chunk.rowCount; row++) column[start + row] = vector.getItem(row)!;
    }
    start += chunk.rowCount;
  }
}
