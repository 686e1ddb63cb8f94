import { random, shuffle } from "../../core/random.js";
import { type Census, dataFolder, importers } from "../../data/index.js";
import type { HeuristicName } from "../../features/index.js";
import type { Cell, Experiment } from "../experiment.js";
import { census, ids, noise, outRankExpectations, planted } from "./outrank-expectations.js";
import {
  censusColumns,
  censusFigures,
  censusStability,
  type Figures,
  needles,
  noiseScores,
  rankColumns,
  trap,
} from "./outrank-measures.js";
import { aucByColumns, permutationImportance, trainingsNeeded } from "./outrank-models.js";

const noiseRows = [20_000, 2_000] as const;
const compared: readonly HeuristicName[] = ["corrected", "information", "adjusted", "chi-square"];
const tenSeeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** Columns among which the cross of two is looked for: all 44,850 crosses of the publication's 300 take minutes a seed. */
const crossedColumns = 60;

/** OutRank (arXiv:2309.01552): features ranked by information that many values cannot buy. */
export const outRank: Experiment = {
  slug: "outrank",
  title: "OutRank: cardinality-aware feature ranking",
  protocol:
    "Planted worlds of 20,000 rows (a threshold, a sum of two crossed, a sum of three, an exclusive or, two telling columns beside ids), ten seeds, the sum of two " +
    `among the crosses of ${crossedColumns} columns; independent columns of 2 to 1000 values against a balanced label; the census's ` +
    "training rows, numbers in 20 quantiles, beside raw fnlwgt, an id of rows and 18 columns of noise, shuffled by each of ten seeds; LR and FM " +
    "(Adam at 0.01, 3 epochs) on the first columns beside all with 30 of noise. Not covered: the private click log.",
  reduced: "one seed, no models",
  cells(quick) {
    const seeds = quick ? [1] : tenSeeds;
    const loaded = loadOnce();
    const free = (dataset: string, model: string, seed: number, figures: () => Promise<Figures> | Figures) =>
      cell({ dataset, model, seed, needs: [], settings: { quick } }, figures);
    const onCensus = (model: string, seed: number, figures: (census: Census) => Promise<Figures>) =>
      cell({ dataset: census, model, seed, needs: [census], settings: {} }, () => figures(loaded()));
    return [
      ...seeds.map((seed) =>
        free(planted, "corrected", seed, () => needles("corrected", seed, crossedColumns)),
      ),
      ...(["corrected", "information"] as const).flatMap((heuristic) =>
        seeds.map((seed) => free(ids, heuristic, seed, () => trap(heuristic, seed))),
      ),
      ...noiseRows.flatMap((rows) =>
        (["corrected", "information"] as const).flatMap((heuristic) =>
          seeds.map((seed) => free(noise(rows), heuristic, seed, () => noiseScores(heuristic, seed, rows))),
        ),
      ),
      ...compared.flatMap((heuristic) =>
        seeds.map((seed) =>
          onCensus(heuristic, seed, async (data) =>
            censusFigures(await rankColumns(censusColumns(data, seed), { heuristic, seed })),
          ),
        ),
      ),
      ...seeds.map((seed) => onCensus("random", seed, async (data) => randomFigures(data, seed))),
      ...seeds.map((seed) =>
        onCensus("stability", seed, (data) => censusStability(censusColumns(data, seed), seed)),
      ),
      ...(quick
        ? []
        : [
            ...["lr", "fm"].map((model) => onCensus(model, 1, (data) => aucByColumns(model, data, 1))),
            onCensus("search", 1, (data) => trainingsNeeded(data, 1)),
            ...["lr", "dnn"].map((model) =>
              onCensus(`permutation-${model}`, 1, (data) => permutationImportance(model, data, 1)),
            ),
          ]),
    ];
  },
  expectations: outRankExpectations,
};

function loadOnce(): () => Census {
  let loaded: Census | undefined;
  return () => {
    loaded ??= importers[census].load(dataFolder(census));
    return loaded;
  };
}

function cell(about: Omit<Cell, "run">, figures: () => Promise<Figures> | Figures): Cell {
  return {
    ...about,
    async run() {
      const start = performance.now();
      const found = await figures();
      return {
        figures: Object.fromEntries(Object.entries(found).map(([name, value]) => [name, { value }])),
        seconds: (performance.now() - start) / 1000,
      };
    },
  };
}

/** The census in an order drawn at random. */
async function randomFigures(data: Census, seed: number): Promise<Figures> {
  const report = await rankColumns(censusColumns(data, seed), { heuristic: "constant" });
  const order = Array.from(report.ranking.keys());
  shuffle(order, random(seed, "random ranking"));
  return censusFigures({ ...report, ranking: order.map((place) => report.ranking[place]!) });
}
