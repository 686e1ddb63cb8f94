import { type Random, random } from "../../core/random.js";
import { dataFolder, type Interactions, importers } from "../../data/index.js";
import {
  averagePopularity,
  bootstrap,
  catalogCoverage,
  evaluateRankings,
  gini,
  itemCounts,
  novelty,
  raggedLists,
} from "../../evaluate/index.js";
import type { Cell, Expectation, Experiment, Outcome } from "../experiment.js";
import { exactly, type FigureTable, type Summary } from "../figure-table.js";
import { banditCell, banditExpectations } from "./rec-eval-bandit.js";
import { goldenFigures } from "./rec-eval-golden.js";

const dataset = "ml-latest-small";
const worked = "worked examples";
const length = 10;
/** Half of the last digit that the examples are written to, and what float64 may be off. */
const rounding = 5e-7 + 1e-12;

/** Figures of an independent program on the same split. */
const published = {
  popular: { "ndcg@10": 0.0658, coverage: 0.014, "mean popularity": 230, novelty: 8.46 },
  random: { "ndcg@10": 0.0014, coverage: 0.57, "mean popularity": 9.3, novelty: 14.47 },
} as const;

/** The evaluation survey (Jadon & Patil 2023, arXiv:2312.16015) with the metrics of ranx, RecBole and LensKit. */
export const recEvalSurvey: Experiment = {
  slug: "rec-eval-survey",
  title: "Evaluation techniques for recommendation (survey)",
  protocol:
    "Worked examples of the metrics, to the six digits given. MovieLens latest-small: the last fifth of everybody's events by time " +
    "(rounded up) tests, ratings from 4 are relevant, seen items are removed, full ranking; popularity by training count beside " +
    "random lists. Open Bandit sample: the live Thompson policy judged by SNIPS from the log of the random one.",
  reduced: "nothing is left out, but a quick run is never judged",
  cells: () => [
    ...[...new Set(goldenFigures.map(({ example }) => example))].map(exampleCell),
    listCell("popular", null),
    listCell("random", 1),
    banditCell,
  ],
  expectations: [
    ...goldenFigures.map(
      ({ example, metric, published: value }): Expectation => ({
        dataset: worked,
        model: example,
        metric,
        published: value,
        least: value - rounding,
        most: value + rounding,
        source: "worked example, six digits",
      }),
    ),
    ...banditExpectations,
    ...Object.entries(published).flatMap(([model, figures]) =>
      Object.entries(figures).map(
        ([metric, value]): Expectation => ({
          dataset,
          model,
          metric,
          published: value,
          source: "measured by an independent program on 658 users",
          ...(model !== "random" && { baseline: "random" }),
        }),
      ),
    ),
    compared("ndcg@10", "popular / random", { least: 10 }, (popular, drawn) => popular / drawn),
    compared("novelty", "popular - random", { most: 0 }, (popular, drawn) => popular - drawn),
    compared("coverage", "popular - random", { most: 0 }, (popular, drawn) => popular - drawn),
    compared("gini", "popular - random", { least: 0 }, (popular, drawn) => popular - drawn),
    {
      dataset,
      model: "all metrics",
      metric: "seconds",
      published: null,
      most: 30,
      source: "all metrics within 30 seconds",
      measure: (table) => exactly(table.seconds(dataset, "popular") + table.seconds(dataset, "random")),
    },
  ],
};

function compared(
  metric: string,
  name: string,
  bounds: { least?: number; most?: number },
  of: (popular: number, drawn: number) => number,
): Expectation {
  return {
    dataset,
    model: name,
    metric,
    published: null,
    ...bounds,
    source:
      "popularity ranks ten times as well as chance, and is less novel, covers less and is more concentrated",
    measure: (table: FigureTable): Summary | null => {
      const [popular, drawn] = [table.of(dataset, "popular", metric), table.of(dataset, "random", metric)];
      return popular && drawn ? exactly(of(popular.value, drawn.value)) : null;
    },
  };
}

function exampleCell(example: string): Cell {
  return {
    dataset: worked,
    model: example,
    seed: null,
    needs: [],
    settings: {},
    async run() {
      const start = performance.now();
      const own = goldenFigures.filter((figure) => figure.example === example);
      const figures = Object.fromEntries(own.map(({ metric, measure }) => [metric, { value: measure() }]));
      return { figures, seconds: (performance.now() - start) / 1000 };
    },
  };
}

function listCell(model: "popular" | "random", seed: number | null): Cell {
  return {
    dataset,
    model,
    seed,
    needs: [dataset],
    settings: { length },
    async run(): Promise<Outcome> {
      const start = performance.now();
      const { train, relevant, items } = lastFifth(importers[dataset].load(dataFolder(dataset)));
      const counts = itemCounts(raggedLists(train), items);
      const source = random(seed ?? 0, "random-lists");
      // What nobody had in training cannot be recommended.
      const known = Array.from({ length: items }, (_, item) => item).filter((item) => counts[item]! > 0);
      known.sort((a, b) => counts[b]! - counts[a]! || a - b);
      const lists = raggedLists(
        train.map((had) => {
          const seen = new Set(had);
          return model === "popular" ? firstUnseen(known, seen) : drawn(known, seen, source);
        }),
      );
      const { columns } = evaluateRankings(lists, raggedLists(relevant), {
        metrics: ["ndcg"],
        cutOffs: [length],
      });
      const { mean: value, ...interval } = bootstrap(
        columns[0]!.perUser.filter((each) => !Number.isNaN(each)),
      );
      const figures = {
        "ndcg@10": { value, ...interval },
        coverage: { value: catalogCoverage(lists, counts) },
        "mean popularity": { value: averagePopularity(lists, counts) },
        novelty: { value: novelty(lists, counts).mean },
        gini: { value: gini(itemCounts(lists, items)) },
      };
      return { figures, seconds: (performance.now() - start) / 1000 };
    },
  };
}

function firstUnseen(order: readonly number[], seen: ReadonlySet<number>): number[] {
  const list: number[] = [];
  for (const item of order) {
    if (list.length === length) break;
    if (!seen.has(item)) list.push(item);
  }
  return list;
}

function drawn(known: readonly number[], seen: ReadonlySet<number>, source: Random): number[] {
  const list = new Set<number>();
  while (list.size < Math.min(length, known.length - seen.size)) {
    const item = known[source.integer(known.length)]!;
    if (!seen.has(item)) list.add(item);
  }
  return [...list];
}

/** What everybody had up to the last fifth of their events, and which later items they rated from 4 on; items from 0. */
function lastFifth(data: Interactions): { train: number[][]; relevant: number[][]; items: number } {
  const rows = data.users.slice(1).map((): number[] => []);
  for (const i of Array.from(data.time.keys()).sort((a, b) => data.time[a]! - data.time[b]! || a - b))
    rows[data.user[i]! - 1]!.push(i);
  const cut = (list: readonly number[]) => list.length - Math.ceil(0.2 * list.length);
  const item = (i: number) => data.item[i]! - 1;
  return {
    train: rows.map((list) => list.slice(0, cut(list)).map(item)),
    relevant: rows.map((list) =>
      list
        .slice(cut(list))
        .filter((i) => data.rating[i]! >= 4)
        .map(item),
    ),
    items: data.items.length - 1,
  };
}
