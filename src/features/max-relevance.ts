import { median, scaled } from "./score-log.js";

/** A score of two features, in either order. */
export interface PairScore {
  a: string;
  b: string;
  score: number;
}

export interface MaxRelevanceOptions {
  /** Weight of redundancy; default 1. */
  alpha?: number;
  /** Weight of relation; default 1. */
  beta?: number;
  /** How scores with the features chosen so far become one; default the median. */
  strategy?: "median" | "mean" | "sum";
}

/** Pairs that are weighed: of more features the most relevant take part. */
const mostPairs = 10_000;

/**
 * Orders features so that each tells the most that those before it do not (3MR): relevance to the label, less alpha times the
 * redundancy with the features chosen, plus beta times what its crosses with them tell. The three are scaled to 0..1 each by
 * its own least and greatest; a pair without a score counts 0.
 */
export function maxRelevance(
  relevance: readonly { feature: string; score: number }[],
  redundancy: readonly PairScore[],
  relation: readonly PairScore[],
  { alpha = 1, beta = 1, strategy = "median" }: MaxRelevanceOptions = {},
): { feature: string; value: number }[] {
  const scales = scaled(relevance.map(({ score }) => score));
  const together = combined[strategy];
  const most = Math.floor((1 + Math.sqrt(1 + 8 * mostPairs)) / 2);
  const waiting = relevance
    .map(({ feature }, i) => ({
      feature,
      relevance: scales[i]!,
      redundant: [] as number[],
      related: [] as number[],
    }))
    .sort((a, b) => b.relevance - a.relevance)
    .slice(0, most);
  const [redundantWith, relatedTo] = [byPair(redundancy), byPair(relation)];
  const order: { feature: string; value: number }[] = [];
  while (waiting.length > 0) {
    const values = waiting.map(
      (each) => each.relevance - alpha * together(each.redundant) + beta * together(each.related),
    );
    const best = values.indexOf(Math.max(...values));
    const [{ feature }] = waiting.splice(best, 1) as [(typeof waiting)[number]];
    order.push({ feature, value: values[best]! });
    for (const each of waiting) {
      each.redundant.push(redundantWith.get(pairKey(feature, each.feature)) ?? 0);
      each.related.push(relatedTo.get(pairKey(feature, each.feature)) ?? 0);
    }
  }
  return order;
}

const combined: Record<"median" | "mean" | "sum", (values: readonly number[]) => number> = {
  median: (values) => (values.length === 0 ? 0 : median(values)),
  mean: (values) => (values.length === 0 ? 0 : sum(values) / values.length),
  sum,
};

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function byPair(pairs: readonly PairScore[]): Map<string, number> {
  const scales = scaled(pairs.map(({ score }) => score));
  return new Map(pairs.map(({ a, b }, i) => [pairKey(a, b), scales[i]!]));
}

function pairKey(a: string, b: string): string {
  return JSON.stringify(a < b ? [a, b] : [b, a]);
}
