import type { DuckDBConnection } from "@duckdb/node-api";
import type { Analytics, ExposureScan, Scan } from "../analytics.js";
import { type Database, eachChunk, rows } from "./database.js";
import { readExamples } from "./examples.js";
import { makeShown, readExposures } from "./exposures.js";
import type { Identities } from "./identities.js";
import { readOutcomes } from "./outcomes.js";
import { writeIdentity } from "./rebuild.js";
import { actionCondition, scanCondition } from "./scan.js";

export interface AnalyticsParts {
  database: Database;
  identities: Identities;
  settle: () => Promise<number>;
  /** Acts that online state keeps a user. */
  historyLimit: number;
}

export function createAnalytics({ database, identities, settle, historyLimit }: AnalyticsParts): Analytics {
  /** Reads what was committed before the call, all of it as of one moment, with the project's merges in `identity`. */
  async function scanning<T>(scan: Scan, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    await settle();
    return database.read(async (connection) => {
      await connection.run("BEGIN");
      try {
        await writeIdentity(connection, identities, scan.project);
        return await work(connection);
      } finally {
        // Nothing of the file was changed; the tables made on the way go with the transaction.
        await connection.run("ROLLBACK");
      }
    });
  }

  return {
    specification: "analytics/1",
    outcomes: (scan) => scanning(scan, (connection) => readOutcomes(connection, scan)),
    exposures: (scan: ExposureScan) =>
      scanning(scan, async (connection) => {
        await makeShown(connection, scan);
        return readExposures(connection, scan);
      }),
    examples: (scan) =>
      scanning(scan, async (connection) => {
        await makeShown(connection, scan);
        return readExamples(connection, scan, identities, historyLimit);
      }),
    explored: (scan) =>
      scanning(scan, async (connection) => {
        const { sql, values } = scanCondition(scan, "e");
        const users: string[] = [];
        await eachChunk(
          connection,
          `SELECT DISTINCT coalesce(i.final_user, e.user_id) AS name FROM events e LEFT JOIN identity i ON i.id = e.user_id
           WHERE ${sql} AND e.action = 'impression' AND len(list_filter(e.items, lambda shown: shown.propensity < 1)) > 0
           ORDER BY name`,
          ([names]) => {
            for (const name of names!) users.push(String(name));
          },
          values,
        );
        return users;
      }),
    top: (scan) =>
      scanning(scan, async (connection) => {
        const { sql, values } = scanCondition(scan, "e");
        const acted = actionCondition(scan.actions, "e", "e.action <> 'impression'");
        const id = scan.by === "item" ? "e.item" : "coalesce(i.final_user, e.user_id)";
        const found = await rows(
          connection,
          `SELECT ${id} AS id, count(*) AS count FROM events e LEFT JOIN identity i ON i.id = e.user_id
           WHERE ${sql} AND ${acted.sql} AND ${id} IS NOT NULL GROUP BY 1 ORDER BY count DESC, id
           LIMIT ${Math.trunc(scan.limit)}`,
          { ...values, ...acted.values },
        );
        return found.map(([id, count]) => ({ id: String(id), count: Number(count) }));
      }),
    lost: (scan) =>
      scanning(scan, async (connection) => {
        const { sql, values } = scanCondition(scan, "e");
        const found = await rows(
          connection,
          `SELECT slate, count(*) FROM events e
           WHERE ${sql} AND slate IS NOT NULL AND item IS NOT NULL AND NOT (action = 'impression' AND items IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM events x WHERE x.project = e.project AND x.slate = e.slate
               AND x.action = 'impression' AND x.items IS NOT NULL)
           GROUP BY slate ORDER BY slate`,
          values,
        );
        return found.map(([slate, outcomes]) => ({ slate: String(slate), outcomes: Number(outcomes) }));
      }),
  };
}
