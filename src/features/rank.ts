import { HeedError } from "../core/errors.js";
import { batchFeatures, codeBatch } from "./batch-features.js";
import { batchScorer } from "./batch-scorer.js";
import {
  columnFindings,
  duplicateFindings,
  rankingFindings,
  shiftFindings,
  tableFindings,
} from "./findings.js";
import { entropy } from "./information.js";
import { type ColumnProfile, columnProfiler, type Profiler } from "./profile.js";
import { checkColumns, type RankOptions, rankedColumns, type Settings, settingsOf } from "./rank-options.js";
import type { FeatureReport } from "./report.js";
import { type FeatureTable, type RefusedRow, regroup, type TableBatch } from "./table.js";

/** A last batch of fewer rows is left out of the scores, unless it is the only one. */
const leastRows = 1_024;
const refusedShown = 5;

/**
 * Ranks the columns of a table by how much they tell about its label, in one pass and in the memory of a batch (OutRank,
 * arXiv:2309.01552), and says what is wrong with them. Closes the table.
 * Errors: HeedError "option", "unknown-column" and "unknown-heuristic" with the nearest name, "no-features", "empty" without
 * rows, "one-class" when the label is the same in all rows, "stopped" when the signal aborts; and those of reading the table.
 */
export async function rankFeatures(table: FeatureTable, options: RankOptions): Promise<FeatureReport> {
  try {
    return await rank(table, settingsOf(options));
  } finally {
    await table.close();
  }
}

async function rank(table: FeatureTable, settings: Settings): Promise<FeatureReport> {
  const started = performance.now();
  const profilers = new Map<string, Profiler>();
  const scorer = batchScorer(settings);
  const refused: RefusedRow[] = [];
  let [rows, batches, oneClassBatches, refusedCount, entropies] = [0, 0, 0, 0, 0];
  let first: TableBatch | null = null;
  let last: TableBatch | null = null;

  for await (const batch of regroup(table, { size: settings.batchRows, every: settings.every })) {
    if (settings.signal?.aborted)
      throw new HeedError(
        "stopped",
        `stopped after ${rows} rows`,
        "run it again; it writes nothing, so nothing is lost",
      );
    refusedCount += batch.refusedCount;
    refused.push(...batch.refused.slice(0, refusedShown - refused.length));
    if (batch.length === 0) continue;
    if (batches === 0) checkColumns(settings, table.name, [...batch.cells.keys()]);
    for (const name of batch.cells.keys()) if (!profilers.has(name)) profilers.set(name, columnProfiler());
    const columns = codeBatch(batch, [...profilers.keys()]);
    for (const [name, column] of columns) profilers.get(name)!.add(column);
    rows += batch.length;
    settings.progress?.(rows, batch.part);
    if (batches > 0 && batch.length <= leastRows) continue;
    const features = batchFeatures(columns, settings, batches);
    const labelEntropy = entropy(features.label);
    entropies += labelEntropy;
    if (labelEntropy === 0) oneClassBatches++;
    scorer.add(features);
    first ??= batch;
    last = batch;
    batches++;
  }
  if (rows === 0) throw emptyTable(table.name, refusedCount, refused[0]);

  const profiles = profilesOf(profilers, rows, settings.rareBound);
  const label = profiles.find(({ column }) => column === settings.label)!;
  checkLabel(label, rows, profiles);
  const scores = scorer.finish();
  const ranked = rankedColumns(settings, [...profilers.keys()]);
  const described = [label, ...profiles.filter(({ column }) => ranked.includes(column))];
  const signatures = new Map([...profilers].map(([name, { signature }]) => [name, signature]));
  const meanEntropy = entropies / batches;
  return {
    table: table.name,
    label: { column: label.column, classes: label.cardinality, entropy: meanEntropy },
    heuristic: settings.heuristic,
    rows,
    batches,
    refused: { count: refusedCount, first: refused },
    ...scores,
    columns: described,
    findings: [
      ...tableFindings({ label, rows, batches, oneClassBatches, refused: refusedCount }),
      ...described.slice(1).flatMap((profile) => columnFindings(profile, rows, settings.rareBound)),
      ...duplicateFindings(signatures, described),
      // The other scores are on scales of their own, and plain information takes every id for a leak.
      ...(settings.heuristic === "corrected"
        ? rankingFindings(scores.ranking, settings.share * meanEntropy)
        : []),
      ...(batches > 1
        ? shiftFindings(
            first!,
            last!,
            described.map(({ column }) => column),
            settings.seed,
          )
        : []),
    ],
    seconds: (performance.now() - started) / 1_000,
  };
}

function profilesOf(
  profilers: ReadonlyMap<string, Profiler>,
  rows: number,
  rareBound: number,
): ColumnProfile[] {
  let characters = 0;
  for (const profiler of profilers.values()) characters += profiler.characters;
  return [...profilers].map(([name, profiler]) => profiler.finish(name, rows, rareBound, characters));
}

function checkLabel(label: ColumnProfile, rows: number, profiles: readonly ColumnProfile[]): void {
  if (label.cardinality > 1) return;
  const others = profiles.filter(({ cardinality }) => cardinality === 2).map(({ column }) => column);
  const all = label.missing === rows;
  throw new HeedError(
    "one-class",
    all
      ? `the label "${label.column}" has nothing in all ${rows} rows`
      : `the label "${label.column}" is "${label.top.value}" in all ${rows} rows: nothing can tell about it`,
    `${all ? "check what writes it, or choose" : "give rows of another class too, or choose"} another label${
      others.length > 0 ? `; columns of two values are ${others.join(", ")}` : ""
    }`,
  );
}

function emptyTable(name: string, refused: number, first: RefusedRow | undefined): HeedError {
  if (refused === 0) return new HeedError("empty", `${name} has no rows`, "check that it was written whole");
  return new HeedError(
    "empty",
    `${name} has no row that can be read: all ${refused} were refused`,
    `mend them; line ${first!.line}: ${first!.reason}`,
  );
}
