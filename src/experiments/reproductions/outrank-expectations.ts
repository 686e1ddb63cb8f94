import type { Expectation } from "../experiment.js";
import { leaders } from "./outrank-measures.js";

/** What the cells of OutRank's experiment call their data. */
export const census = "adult-census";
export const planted = "planted";
export const ids = "cardinality-trap";
export const noise = (rows: number) => `noise-${rows}`;

/** The scores of the leaders, in their order, as an independent program found them. */
const published = [0.114, 0.1087, 0.0689, 0.066, 0.0639, 0.0613, 0.0542, 0.04, 0.0278] as const;

/** What OutRank's dossier asks for, and what an independent program measured. */
export const outRankExpectations: readonly Expectation[] = [
  ...["threshold", "sum of two", "sum of three", "exclusive or"].map((world) =>
    inEverySeed(planted, "corrected", world, 1, { least: 1 }, "found in all ten seeds"),
  ),
  inEverySeed(
    planted,
    "corrected",
    "bit alone",
    null,
    { most: 0.01 },
    "a bit of an exclusive or tells nothing",
  ),
  inEverySeed(planted, "corrected", "bits crossed", null, { least: 0.6 }, "the two bits tell all"),
  inEverySeed(ids, "corrected", "planted first", null, { least: 2 }, "both before every id, in every seed"),
  inEverySeed(
    ids,
    "information",
    "ids before",
    null,
    { least: 3 },
    "plain information is fooled in every seed",
  ),
  ...noiseExpectations(20_000, [2.5e-5, 2.2e-4, 2.5e-3, 2.5e-2], 1e-3, 6e-3),
  ...noiseExpectations(2_000, [3e-4, 3e-3, 0.03, 0.29], 0.01, 0.06),
  ...published.map((score, i) =>
    bounded(
      census,
      "corrected",
      leaders[i]!,
      score,
      { least: score - 0.01, most: score + 0.01 },
      "an independent program, one shuffle; the background moves scores by up to 0.0065",
    ),
  ),
  inEverySeed(census, "corrected", "row_id", 0, { least: 0, most: 0 }, "exactly 0"),
  inEverySeed(census, "corrected", "largest noise", 0.0065, { most: 0.01 }, "the largest of 18 columns"),
  inEverySeed(census, "corrected", "leaders above noise", 9, { least: 9 }, "all nine, in every seed"),
  inEverySeed(
    census,
    "corrected",
    "ids in the top 9",
    0,
    { most: 0 },
    "neither the row's id nor noise of 5000 values",
  ),
  bounded(
    census,
    "information",
    "row_id",
    0.552,
    { least: 0.55195, most: 0.55205 },
    "H(label), the greatest there is",
  ),
  bounded(census, "information", "raw fnlwgt", 0.394, { least: 0.3935, most: 0.3945 }, "second"),
  bounded(
    census,
    "information",
    "noise5000_0",
    0.088,
    { least: 0.08, most: 0.096 },
    "one draw gave 0.087 to 0.089",
  ),
  inEverySeed(census, "information", "ids in the top 9", 4, { least: 4 }, "plain information is fooled"),
  ...["adjusted", "chi-square", "random"].map((model) =>
    bounded(census, model, "leaders above noise", null, {}, "a baseline, for comparison"),
  ),
  inEverySeed(
    census,
    "stability",
    "spearman of halves",
    null,
    { least: 0.9 },
    "two disjoint halves, real columns",
  ),
  inEverySeed(census, "stability", "top 10 kept", null, { least: 8 }, "stratified ratio 0.3"),
  ...["lr", "fm"].flatMap((model) => [
    ...[2, 4, 6, 8, "all"].map((k) =>
      bounded(census, model, `auc of ${k}`, null, {}, "test AUC with the first columns"),
    ),
    bounded(census, model, "auc without noise", null, {}, "a person who knows which columns are real"),
    bounded(
      census,
      model,
      "loss at 8",
      null,
      { most: 0.003 },
      "a design target: 8 columns do as well as all 44",
    ),
  ]),
  bounded(
    census,
    "search",
    "guided part",
    null,
    { most: 0.334 },
    "a design target: a third of the trainings",
  ),
  ...["lr", "dnn"].map((model) =>
    bounded(census, `permutation-${model}`, "leaders in the top 9", null, {}, "a baseline, for comparison"),
  ),
];

function noiseExpectations(
  rows: number,
  plain: readonly number[],
  mostMean: number,
  mostSingle: number,
): Expectation[] {
  return [
    ...[2, 10, 100, 1_000].flatMap((cardinality, i) => {
      const about = `mean of ${cardinality}`;
      const expected = (cardinality - 1) / (2 * rows);
      const [low, high] = [Math.min(expected, plain[i]!), Math.max(expected, plain[i]!)];
      return [
        inEverySeed(
          noise(rows),
          "corrected",
          about,
          0,
          { least: -mostMean, most: mostMean },
          "an independent program",
        ),
        // The figures are given to one or two digits, "about": 0.003 stands for (10 - 1) / 4000 = 0.00225.
        bounded(
          noise(rows),
          "information",
          about,
          plain[i]!,
          { least: 0.85 * low, most: 1.15 * high },
          "about this, by an independent program; to first order (m - 1) / (2 n)",
        ),
      ];
    }),
    inEverySeed(noise(rows), "corrected", "worst", null, { most: mostSingle }, "any of 80 columns"),
  ];
}

/** The same, judged by the seed that comes off worst: the least, the greatest, or the farthest from what was published. */
function inEverySeed(...about: Parameters<typeof bounded>): Expectation {
  const [dataset, model, metric, published, { least, most }, source] = about;
  return {
    ...bounded(...about),
    source: `${source}; the worst of the seeds`,
    measure(table) {
      const mean = table.of(dataset, model, metric);
      if (!mean) return null;
      const badness = (value: number) => {
        if (least !== undefined && most !== undefined) return Math.abs(value - (published ?? 0));
        return least === undefined ? value : -value;
      };
      const value = mean.values.reduce((worst, each) => (badness(each) > badness(worst) ? each : worst));
      return { ...mean, value, low: null, high: null, method: null };
    },
  };
}

function bounded(
  dataset: string,
  model: string,
  metric: string,
  published: number | null,
  bounds: { least?: number; most?: number },
  source: string,
): Expectation {
  return { dataset, model, metric, published, ...bounds, source };
}
