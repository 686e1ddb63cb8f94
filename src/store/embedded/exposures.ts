import { type DuckDBConnection, listValue } from "@duckdb/node-api";
import { clockTolerance } from "../../events/index.js";
import type { ExposureScan, Exposures } from "../analytics.js";
import { codedColumn, float64Column, int32Column } from "./columns.js";
import { eachChunk } from "./database.js";
import { exposuresSql } from "./scan.js";

const day = 24 * 60 * 60_000;

/**
 * Leaves `shown` behind: one row an item of an exposure, numbered in order of (position, rank). `first` says whether it
 * is the item's first place in its slate, which is the one its outcomes count for.
 */
export async function makeShown(connection: DuckDBConnection, scan: ExposureScan): Promise<void> {
  const { sql, values } = exposuresSql(scan);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE shown AS WITH ${sql}
     SELECT row_number() OVER (ORDER BY position, place) - 1 AS number, * EXCLUDE (entry),
       entry.item AS item, entry.position AS rank, entry.propensity AS propensity,
       row_number() OVER (PARTITION BY slate, entry.item ORDER BY place) = 1 AS first
     FROM (
       SELECT * EXCLUDE (items), unnest(items) AS entry, generate_subscripts(items, 1) AS place FROM exposures
     )`,
    values,
  );
}

/** The exposures in `shown`, with what they led to. Needs `identity`. */
export async function readExposures(connection: DuckDBConnection, scan: ExposureScan): Promise<Exposures> {
  const actions = [...new Set(scan.actions ?? ["click"])];
  const window = scan.window ?? day;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE answered AS
     SELECT s.number, o.action, count(*)::INTEGER AS count, coalesce(sum(o.value), 0) AS sum
     FROM shown s JOIN events o ON o.slate = s.slate AND o.item = s.item
     WHERE s.first AND o.project = $project AND list_contains($actions::VARCHAR[], o.action)
       AND NOT (o.action = 'impression' AND o.items IS NOT NULL)
       AND o.happened - s.happened BETWEEN ${-clockTolerance} AND $window
     GROUP BY 1, 2`,
    { project: scan.project, window, actions: listValue(actions) },
  );
  const [position, at] = [float64Column(), float64Column()];
  const [user, slate, surface, model, item] = [
    codedColumn(),
    codedColumn(),
    codedColumn(),
    codedColumn(),
    codedColumn(),
  ];
  const rank = int32Column();
  const propensity = float64Column();
  await eachChunk(
    connection,
    `SELECT s.position::DOUBLE, happened::DOUBLE, coalesce(i.final_user, user_id), slate, surface, model, item,
       rank::INTEGER, propensity
     FROM shown s LEFT JOIN identity i ON i.id = s.user_id ORDER BY number`,
    (columns) => {
      const [positions, times, users, slates, surfaces, models, items, ranks, propensities] = columns;
      for (let i = 0; i < positions!.length; i++) {
        position.push(Number(positions![i]));
        at.push(Number(times![i]));
        user.push(users![i]);
        slate.push(slates![i]);
        surface.push(surfaces![i]);
        model.push(models![i]);
        item.push(items![i]);
        rank.push(Number(ranks![i]));
        propensity.push(Number(propensities![i]));
      }
    },
  );
  const outcomes = Object.fromEntries(
    actions.map((action) => [
      action,
      { count: new Int32Array(position.length), sum: new Float64Array(position.length) },
    ]),
  );
  await eachChunk(connection, "SELECT number::DOUBLE, action, count, sum FROM answered", (columns) => {
    const [numbers, names, counts, sums] = columns;
    for (let i = 0; i < numbers!.length; i++) {
      const row = Number(numbers![i]);
      const outcome = outcomes[String(names![i])]!;
      outcome.count[row] = Number(counts![i]);
      outcome.sum[row] = Number(sums![i]);
    }
  });
  return {
    length: position.length,
    position: position.take(),
    at: at.take(),
    user: user.take(),
    slate: slate.take(),
    surface: surface.take(),
    model: model.take(),
    item: item.take(),
    rank: rank.take(),
    propensity: propensity.take(),
    outcomes,
  };
}
