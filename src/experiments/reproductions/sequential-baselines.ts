import type { Expectation, Experiment } from "../experiment.js";
import { cellMaker } from "../training/cells.js";
import { sequenceFamily } from "../training/families/sequence.js";

const cutoffs = [5, 10, 20];
const tolerance = 0.0005;

/**
 * Hit rate and NDCG at 5, 10 and 20 of models that only count, on the test item with everything before it as history:
 * measured by independent programs.
 */
const counted: Readonly<
  Record<string, Readonly<Record<string, readonly (readonly [hr: number, ndcg: number])[]>>>
> = {
  "ml-1m-seq": {
    popular: [
      [0.023, 0.0145],
      [0.0404, 0.0201],
      [0.077, 0.0292],
    ],
    markov: [
      [0.1578, 0.1087],
      [0.2224, 0.1296],
      [0.2911, 0.147],
    ],
    "item-knn": [
      [0.0497, 0.0305],
      [0.0841, 0.0415],
      [0.1396, 0.0553],
    ],
    "item-knn-recency": [
      [0.1227, 0.0809],
      [0.1831, 0.1002],
      [0.2639, 0.1206],
    ],
  },
  "amazon-beauty-seq": {
    popular: [
      [0.0077, 0.0042],
      [0.013, 0.0059],
      [0.0217, 0.0081],
    ],
    markov: [
      [0.0595, 0.045],
      [0.0755, 0.0502],
      [0.0924, 0.0545],
    ],
    "item-knn": [
      [0.0442, 0.031],
      [0.0628, 0.037],
      [0.0871, 0.0431],
    ],
    "item-knn-recency": [
      [0.0542, 0.0394],
      [0.0749, 0.0461],
      [0.0989, 0.0521],
    ],
  },
};

/** SASRec with cross-entropy on MovieLens 1M; published on the full set, of which each user's last two events are absent here. */
const sasRec = [
  { metric: "hr@10", published: 0.3152, least: 0.25 },
  { metric: "ndcg@10", published: 0.1821, least: 0.14 },
] as const;

/** What every sequence model is compared with, held against independent measurements and published figures. */
export const sequentialBaselines: Experiment = {
  slug: "sequential-baselines",
  title: "Baselines of sequential recommendation",
  protocol:
    "Leave-one-out: the last item tests, the one before validates; rank among the whole catalogue with seen items removed, ties " +
    "count one half. SASRec with cross-entropy over all items, histories of 200, Adam at 1e-3, at most 100 epochs, stop after 10 " +
    "without a better validation NDCG@10. Not covered: EASE, iALS, LightGCN, and SASRec with other losses.",
  reduced: "200 people, 2 epochs",
  cells(quick) {
    const reduction = quick ? { rows: 200, epochs: 2 } : undefined;
    return Object.entries(counted).flatMap(([dataset, models]) => {
      const maker = cellMaker(sequenceFamily, dataset, reduction);
      const counting = Object.keys(models).map((model) => maker.untrained(model, cutoffs));
      return dataset === "ml-1m-seq" ? [...counting, maker.trained("sasrec", 1)] : counting;
    });
  },
  expectations: [
    ...Object.entries(counted).flatMap(([dataset, models]) =>
      Object.entries(models).flatMap(([model, figures]) =>
        figures.flatMap(([hr, ndcg], i) => [
          same(dataset, model, `hr@${cutoffs[i]}`, hr),
          same(dataset, model, `ndcg@${cutoffs[i]}`, ndcg),
        ]),
      ),
    ),
    ...sasRec.map(
      (figure): Expectation => ({
        dataset: "ml-1m-seq",
        model: "sasrec",
        ...figure,
        source:
          "github.com/antklen/sasrec-bert4rec-recsys23, on the full MovieLens 1M; the bar is the Markov table's figure",
        baseline: "popular",
      }),
    ),
  ],
};

/** Nothing is drawn, so the figure must be the same but for rounding. */
function same(dataset: string, model: string, metric: string, published: number): Expectation {
  return {
    dataset,
    model,
    metric,
    published,
    least: published - tolerance,
    most: published + tolerance,
    source: "measured by an independent program",
    ...(model !== "popular" && { baseline: "popular" }),
  };
}
