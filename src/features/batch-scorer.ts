import type { BatchFeatures } from "./batch-features.js";
import { type CodedColumn, crossCodes } from "./codes.js";
import { combinationRound } from "./combinations.js";
import type { Feature } from "./derive.js";
import { score } from "./heuristics.js";
import { maxRelevance } from "./max-relevance.js";
import type { Settings } from "./rank-options.js";
import type { FeatureReport, RankedFeature } from "./report.js";
import { type Aggregate, median, scaled, scoreLog } from "./score-log.js";

/** Between the names of a cross's columns. */
const crossed = " AND ";

/** Scores batches one after the other and aggregates what they give. */
export function batchScorer(settings: Settings) {
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
