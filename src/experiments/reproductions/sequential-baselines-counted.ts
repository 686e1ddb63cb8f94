import type { Cell, Expectation } from "../experiment.js";
import { cellMaker, type Reduction } from "../training/cells.js";
import { sequenceFamily } from "../training/families/sequence.js";

export const cutoffs = [5, 10, 20];
const tolerance = 0.0005;
const looseTolerance = 0.005;

/** Hit rate and NDCG of one cut-off; null where nobody measured them. */
type Pair = readonly [hr: number, ndcg: number] | null;

/**
 * Hit rate and NDCG at 5, 10 and 20 of models that only count, on the test item with everything before it as history (of
 * "markov-train", the table is of training alone): measured by independent programs.
 */
export const countedFigures: Readonly<Record<string, Readonly<Record<string, readonly Pair[]>>>> = {
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
    "markov-train": [null, [0.2219, 0.1294], null],
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
    "ease-500": [
      [0.0626, 0.0394],
      [0.1084, 0.0542],
      [0.1816, 0.0726],
    ],
    "ials-64": [null, [0.098, 0.0487], null],
    "ials-128": [null, [0.1028, 0.05], null],
  },
  "amazon-beauty-seq": {
    popular: [
      [0.0077, 0.0042],
      [0.013, 0.0059],
      [0.0217, 0.0081],
    ],
    "markov-train": [
      [0.0512, 0.0388],
      [0.0666, 0.0439],
      [0.0821, 0.0478],
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
    "ease-200": [
      [0.0513, 0.0338],
      [0.0764, 0.0418],
      [0.108, 0.0498],
    ],
  },
  "amazon-sports-seq": {
    popular: [
      [0.0057, 0.0041],
      [0.0091, 0.0052],
      [0.0175, 0.0073],
    ],
    "markov-train": [
      [0.0284, 0.0207],
      [0.0369, 0.0234],
      [0.0463, 0.0258],
    ],
    markov: [
      [0.0307, 0.0226],
      [0.041, 0.0259],
      [0.0523, 0.0288],
    ],
    "item-knn-recency": [
      [0.029, 0.0207],
      [0.0388, 0.0238],
      [0.0506, 0.0268],
    ],
  },
  "amazon-games-seq": {
    popular: [
      [0.0072, 0.0048],
      [0.0122, 0.0065],
      [0.0241, 0.0095],
    ],
    markov: [
      [0.0523, 0.0384],
      [0.0719, 0.0447],
      [0.0966, 0.051],
    ],
    "item-knn": [
      [0.0657, 0.0473],
      [0.0916, 0.0556],
      [0.1261, 0.0643],
    ],
    "item-knn-recency": [
      [0.0697, 0.0515],
      [0.0966, 0.0602],
      [0.1316, 0.069],
    ],
  },
  "lastfm-seq": {
    popular: [
      [0.0248, 0.0139],
      [0.044, 0.0201],
      [0.0596, 0.0241],
    ],
    markov: [
      [0.0294, 0.0194],
      [0.044, 0.0243],
      [0.0743, 0.0317],
    ],
    "item-knn": [
      [0.0606, 0.0338],
      [0.0881, 0.0425],
      [0.1321, 0.0536],
    ],
    "ease-200": [
      [0.0606, 0.0425],
      [0.0853, 0.0506],
      [0.1376, 0.0638],
    ],
  },
};

export const countedExpectations: readonly Expectation[] = Object.entries(countedFigures).flatMap(
  ([dataset, models]) =>
    Object.entries(models).flatMap(([model, figures]) =>
      figures.flatMap((pair, i) =>
        pair
          ? [
              same(dataset, model, `hr@${cutoffs[i]}`, pair[0]),
              same(dataset, model, `ndcg@${cutoffs[i]}`, pair[1]),
            ]
          : [],
      ),
    ),
);

/** Nothing is drawn, so the figure must be the same but for rounding; iALS begins with other numbers. */
function same(dataset: string, model: string, metric: string, published: number): Expectation {
  const margin = model.startsWith("ials") ? looseTolerance : tolerance;
  return {
    dataset,
    model,
    metric,
    published,
    least: published - margin,
    most: published + margin,
    source: "measured by an independent program",
    ...(model !== "popular" && { baseline: "popular" }),
  };
}

/** The counting models of every sequence data set. */
export function countedCells(reduction?: Reduction): Cell[] {
  return Object.entries(countedFigures).flatMap(([dataset, models]) => {
    const maker = cellMaker(sequenceFamily, dataset, reduction);
    return Object.keys(models).map((model) => maker.untrained(model, cutoffs));
  });
}
