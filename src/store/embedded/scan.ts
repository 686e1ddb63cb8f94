import { type DuckDBValue, listValue } from "@duckdb/node-api";
import type { ExposureScan, Scan } from "../analytics.js";

/** A condition in SQL and the values of its parameters. */
export interface Condition {
  sql: string;
  values: Record<string, DuckDBValue>;
}

/** The part of the log a scan asks for, over columns of `alias`. */
export function scanCondition(scan: Scan, alias: string): Condition {
  const parts = [`${alias}.project = $project`];
  const values: Record<string, DuckDBValue> = { project: scan.project };
  const add = (name: string, value: number | undefined, test: string) => {
    if (value === undefined) return;
    parts.push(`${alias}.${test} $${name}`);
    values[name] = value;
  };
  add("after", scan.after, "position >");
  add("upTo", scan.upTo, "position <=");
  add("from", scan.from, "happened >=");
  add("to", scan.to, "happened <");
  return { sql: parts.join(" AND "), values };
}

/** One of some actions, or a default condition when none are named. */
export function actionCondition(
  actions: readonly string[] | undefined,
  alias: string,
  otherwise: string,
): Condition {
  if (!actions) return { sql: otherwise, values: {} };
  return {
    sql: `list_contains($actions::VARCHAR[], ${alias}.action)`,
    values: { actions: listValue([...actions]) },
  };
}

/**
 * The exposures of a project as a common table expression `exposures`: of several impressions of one slate the first.
 * The scan's bounds apply after that, so a part of the log gives a part of the exposures.
 */
export function exposuresSql(scan: ExposureScan): Condition {
  const { sql, values } = scanCondition(scan, "e");
  const surface = scan.surface === undefined ? "" : " AND e.surface = $surface";
  return {
    sql: `exposures AS (
      SELECT position, happened, user_id, slate, surface, model, items FROM (
        SELECT * FROM events WHERE project = $project AND action = 'impression' AND slate IS NOT NULL AND items IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY slate ORDER BY position) = 1
      ) e WHERE ${sql}${surface}
    )`,
    values: { ...values, ...(scan.surface === undefined ? {} : { surface: scan.surface }) },
  };
}
