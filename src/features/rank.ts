import { HeedError } from "../core/errors.js";
import { type BatchFeatures, batchFeatures, codeBatch } from "./batch-features.js";
import { type CodedColumn, crossCodes } from "./codes.js";
import { combinationRound } from "./combinations.js";
import type { Feature } from "./derive.js";
import {
  columnFindings,
  duplicateFindings,
  rankingFindings,
  shiftFindings,
  tableFindings,
} from "./findings.js";
import { score } from "./heuristics.js";
import { entropy } from "./information.js";
import { maxRelevance } from "./max-relevance.js";
import { type ColumnProfile, columnProfiler, type Profiler } from "./profile.js";
import { checkColumns, type RankOptions, rankedColumns, type Settings, settingsOf } from "./rank-options.js";
import type { FeatureReport, RankedFeature } from "./report.js";
import { type Aggregate, median, scaled, scoreLog } from "./score-log.js";
import { type FeatureTable, type RefusedRow, regroup, type TableBatch } from "./table.js";

/** A last batch of fewer rows is left out of the scores, unless it is the only one. */
const leastRows = 1_024;
const refusedShown = 5;

/** Between the names of a cross's columns. */
const crossed = " AND ";

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
    refusedCount += batch.refused.length;
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

/** Scores batches one after the other and aggregates what they give. */
function batchScorer(settings: Settings) {
  const singles = scoreLog(settings.seed);
  const crosses = scoreLog(settings.seed + 1);
  const pairs = scoreLog(settings.seed + 2);
  const references = scoreLog(settings.seed + 3);
  const known = new Map<string, Omit<Feature, "column">>();
  const crossRound = combinationRound(2, settings.order, settings.combinations);
  const pairRound = combinationRound(2, 2, settings.combinations);
  const { heuristic, background, seed, share } = settings;

  return {
    add({ features, label, reference }: BatchFeatures): void {
      const against = (feature: CodedColumn, target: CodedColumn) =>
        score(heuristic, feature, target, { background, seed, share });
      const toLabel = (feature: CodedColumn) =>
        against(reference ? crossCodes(reference, feature) : feature, label);
      if (reference) references.add("reference", against(reference, label));
      for (const { column, ...feature } of features) {
        known.set(feature.name, feature);
        singles.add(feature.name, toLabel(column));
      }
      const real = features.filter(({ kind }) => kind !== "control");
      const { focus } = settings;
      const crossable =
        focus.length === 0 ? real : real.filter(({ parts }) => parts.every((part) => focus.includes(part)));
      for (const places of crossRound.next(settings.order < 2 ? 0 : crossable.length)) {
        const chosen = places.map((place) => crossable[place]!);
        const name = chosen.map((feature) => feature.name).join(crossed);
        if (!known.has(name))
          known.set(name, { name, kind: "cross", parts: chosen.map((each) => each.name) });
        crosses.add(name, toLabel(chosen.map(({ column }) => column).reduce(crossCodes)));
      }
      for (const [a, b] of pairRound.next(settings.redundancy ? real.length : 0))
        pairs.add(
          JSON.stringify([real[a!]!.name, real[b!]!.name]),
          against(real[a!]!.column, real[b!]!.column),
        );
    },

    finish(): Pick<FeatureReport, "ranking" | "pairs" | "maxRelevance" | "inCrosses" | "reference"> {
      const ranking = rankingOf([...singles.all(), ...crosses.all()], known);
      const between = [...pairs.all()].map(([key, aggregate]) => {
        const [a, b] = JSON.parse(key) as [string, string];
        return { a, b, ...aggregate };
      });
      const relations = ranking.filter(({ kind, parts }) => kind === "cross" && parts.length === 2);
      const relevances = ranking.filter(({ kind }) => kind !== "cross" && kind !== "control");
      const reference = references.all().get("reference");
      return {
        ranking,
        pairs: between.sort((a, b) => b.score - a.score),
        maxRelevance: settings.redundancy
          ? maxRelevance(
              relevances,
              between,
              relations.map(({ parts, score }) => ({ a: parts[0]!, b: parts[1]!, score })),
              settings.maxRelevance,
            )
          : [],
        inCrosses: medianInCrosses(ranking),
        reference: reference ? { columns: settings.reference, ...reference } : null,
      };
    },
  };
}

function rankingOf(
  scores: readonly [string, Aggregate][],
  known: ReadonlyMap<string, Omit<Feature, "column">>,
): RankedFeature[] {
  const scales = scaled(scores.map(([, { score }]) => score));
  const noise = scores.flatMap(([name, { score }]) => (known.get(name)!.kind === "control" ? [score] : []));
  const floor = noise.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...noise);
  return scores
    .map(([name, aggregate], i): RankedFeature => {
      const { kind, parts } = known.get(name)!;
      return {
        feature: name,
        kind,
        parts,
        ...aggregate,
        scaled: scales[i]!,
        belowNoise: kind !== "control" && aggregate.score <= floor,
      };
    })
    .sort((a, b) => b.score - a.score || (a.feature < b.feature ? -1 : 1));
}

function medianInCrosses(
  ranking: readonly RankedFeature[],
): { feature: string; score: number; crosses: number }[] {
  const scores = new Map<string, number[]>();
  for (const { kind, parts, score } of ranking) {
    if (kind !== "cross") continue;
    for (const part of parts) scores.set(part, [...(scores.get(part) ?? []), score]);
  }
  return [...scores]
    .map(([feature, found]) => ({ feature, score: median(found), crosses: found.length }))
    .sort((a, b) => b.score - a.score);
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
