import { dataFolder, importers, type Pairs, type SplitPairs } from "../../data/index.js";
import { type JointEvents, lightGcn, queryTower, uditsr } from "../../models/index.js";
import type { Cell, CellContext, Expectation, Experiment, Outcome } from "../experiment.js";
import { type FigureTable, gain, type Summary } from "../figure-table.js";
import { interactionsOf, type PairTraining, trainPairs } from "./pair-runs.js";
import { type Given, type JointWorld, jointWorld, trainingData } from "./uditsr-data.js";
import { type JointTraining, type Scene, textOutcome, trainJoint } from "./uditsr-runs.js";
import { eventsOf } from "./uditsr-scores.js";

const source = "amazon-games-seq";
const dataset = "amazon-games-seq, semi-synthetic";
const threeSeeds = [1, 2, 3];
const both: readonly Scene[] = ["search", "recommendation"];

type UditsrOptions = Partial<typeof uditsr.options>;

/** Versions of the model: what they are given, which scenes they serve, and what differs from the full one. */
const versions: Readonly<Record<string, { given: Given; scenes: readonly Scene[]; options: UditsrOptions }>> =
  {
    uditsr: { given: "all", scenes: both, options: {} },
    "search-only": { given: "searches", scenes: ["search"], options: {} },
    "recommendation-only": { given: "feed", scenes: ["recommendation"], options: {} },
    "recommendation-only, searches without words": {
      given: "wordless",
      scenes: ["recommendation"],
      options: {},
    },
    "without supervision": { given: "all", scenes: both, options: { supervision: 0 } },
    "without contrast": { given: "all", scenes: both, options: { contrast: 0 } },
    "without translation": { given: "all", scenes: both, options: { translation: false } },
  };

const full: JointTraining = {
  learningRate: 1e-3,
  batchSize: 256,
  epochs: 10,
  patience: 3,
  validated: 300,
  tested: Number.POSITIVE_INFINITY,
};
const dim = 64;
const users = 8000;

/** UDITSR (arXiv:2407.00912) on a semi-synthetic world of search and recommendation. */
export const uditsrExperiment: Experiment = {
  slug: "uditsr",
  title: "UDITSR: dual intents for joint search and recommendation",
  protocol:
    "Semi-synthetic: 8,000 users of Amazon Video Games, items of 5 events or more among theirs; 30 % of each user's events become searches " +
    "whose query is 1 to 3 words of the item's title, drawn in proportion to their IDF. The last event of each scene tests, the one before " +
    "validates, where the user has three. Word lists are counted from training positives, without the event that is learned from. 64 " +
    "dimensions, two layers, AdamW at 1e-3, batches of 256, at most 10 epochs, stopped by the mean NDCG@10 of both scenes on 300 events each; " +
    "one world, three seeds of training. Ranks among all items that the user has not taken in training, ties one half; BM25 with k1 1.2 and " +
    "b 0.75; its 200 best are ordered anew by BM25 + w UDITSR, w chosen on validation. Intervals over events. Not covered: the authors' " +
    "logs, which are not public, and their ranking among 99 sampled items.",
  reduced: "1500 users, 1 epoch, 60 test events a scene, one seed, no ablations",
  cells(quick) {
    const seeds = quick ? [1] : threeSeeds;
    const training: JointTraining = quick ? { ...full, epochs: 1, validated: 20, tested: 60 } : full;
    const load = loadOnce(quick ? 1500 : users);
    const cell = (
      model: string,
      seed: number | null,
      run: (world: JointWorld, context: CellContext) => Promise<Outcome>,
    ): Cell => ({
      dataset,
      model,
      seed,
      needs: [source],
      settings: { ...versions[model], dim, training, users: quick ? 1500 : users },
      run: (context) => run(load(), context),
    });
    const names = quick ? ["uditsr", "search-only", "recommendation-only"] : Object.keys(versions);
    return [
      cell("bm25, ties by half", null, (world) => textOutcome(world, false, training.tested)),
      cell("bm25, ties by popularity", null, (world) => textOutcome(world, true, training.tested)),
      ...seeds.flatMap((seed) => [
        cell("query-tower", seed, (world, context) => {
          const data = trainingData(world, "searches");
          return trainJoint(
            queryTower.trainable(data, { dim }),
            world,
            data,
            { training, seed, scenes: ["search"] },
            context,
          );
        }),
        cell("light-gcn", seed, (world, context) => onAllEvents(world, quick, seed, context)),
        ...names.map((name) =>
          cell(name, seed, (world, context) => {
            const { given, scenes, options } = versions[name]!;
            const data = trainingData(world, given);
            return trainJoint(
              uditsr.trainable(data, { dim, ...options }),
              world,
              data,
              { training, seed, scenes },
              context,
            );
          }),
        ),
      ]),
    ];
  },
  expectations: [
    reported(
      "bm25, ties by half",
      "search ndcg@10",
      0.59,
      "one draw by an independent program, other stop words",
    ),
    reported(
      "bm25, ties by popularity",
      "search ndcg@10",
      0.627,
      "one draw by an independent program, other stop words",
    ),
    reported(
      "bm25, ties by popularity",
      "search recall@200",
      0.98,
      "one draw by an independent program, other stop words",
    ),
    ...["query-tower", "search-only", "uditsr"].map((model) => reported(model, "search ndcg@10")),
    reported("uditsr", "search with bm25 ndcg@10"),
    {
      ...reported("uditsr", "search ndcg@10 gained over bm25"),
      least: Number.MIN_VALUE,
      source: "acceptance of the system: above BM25 whose ties fall by popularity, paired by event",
    },
    compared("uditsr", "search-only", "search ndcg@10", Number.MIN_VALUE),
    ...["light-gcn", "recommendation-only", "recommendation-only, searches without words", "uditsr"].map(
      (model) => reported(model, "recommendation ndcg@10"),
    ),
    compared("uditsr", "recommendation-only", "recommendation ndcg@10", Number.MIN_VALUE),
    compared("uditsr", "light-gcn", "recommendation ndcg@10", Number.MIN_VALUE),
    compared("uditsr", "recommendation-only, searches without words", "recommendation ndcg@10", null),
    ...["without supervision", "without contrast", "without translation"].flatMap((model) => [
      compared("uditsr", model, "search ndcg@10", null),
      compared("uditsr", model, "recommendation ndcg@10", null),
    ]),
    {
      ...reported("without supervision over uditsr", "demand error ratio"),
      least: 1.5,
      source: "acceptance of the system: without supervision, half as large again",
      measure: (table: FigureTable) =>
        ratio(
          table.of(dataset, "without supervision", "demand error"),
          table.of(dataset, "uditsr", "demand error"),
        ),
    },
    {
      ...reported("uditsr", "distance gained"),
      least: Number.MIN_VALUE,
      source: "acceptance of the system: taste plus demand lies nearer to what is taken than to other items",
    },
  ],
};

/** The world is drawn when the first cell asks for it. */
function loadOnce(people: number): () => JointWorld {
  let world: JointWorld | undefined;
  return () => {
    world ??= jointWorld(importers[source].load(dataFolder(source)), people, 1);
    return world;
  };
}

/** LightGCN on all events, whatever their scene, judged on recommendation. */
async function onAllEvents(
  world: JointWorld,
  quick: boolean,
  seed: number,
  context: CellContext,
): Promise<Outcome> {
  const feed = (events: JointEvents): Pairs => {
    const chosen = eventsOf(events, false);
    const of = (values: Int32Array) => Int32Array.from(chosen, (event) => values[event]!);
    return { user: of(events.user), item: of(events.item) };
  };
  const split: SplitPairs = {
    name: dataset,
    users: world.users,
    items: world.items,
    train: { user: world.train.user, item: world.train.item },
    validation: feed(world.validation),
    test: feed(world.test),
  };
  const rules: PairTraining = {
    learningRate: 1e-3,
    batchSize: 1024,
    epochs: quick ? 5 : 200,
    every: 5,
    patience: 5,
  };
  const model = lightGcn.trainable({ interactions: interactionsOf(split) }, { dim });
  const outcome = await trainPairs(model, split, { training: rules, dim, seed }, context);
  const named = Object.entries(outcome.figures).filter(([name]) => name === "ndcg@10");
  return {
    ...outcome,
    figures: Object.fromEntries(named.map(([name, value]) => [`recommendation ${name}`, value])),
  };
}

function reported(
  model: string,
  metric: string,
  published: number | null = null,
  from = "nothing is published on this data",
): Expectation {
  return { dataset, model, metric, published, source: from };
}

function compared(better: string, worse: string, metric: string, least: number | null): Expectation {
  return {
    dataset,
    model: `${better} over ${worse}`,
    metric: `${metric} gained`,
    published: null,
    ...(least !== null && { least }),
    source:
      least === null ? "reported beside; no bound" : "acceptance of the system: the mean of three seeds",
    measure: (table: FigureTable) =>
      gain(table.of(dataset, better, metric), table.of(dataset, worse, metric)),
  };
}

/** Seed by seed, how many times as large one figure is as another. */
function ratio(larger: Summary | null, smaller: Summary | null): Summary | null {
  const logs = (summary: Summary | null) => summary && { ...summary, values: summary.values.map(Math.log) };
  const found = gain(logs(larger), logs(smaller));
  return (
    found && {
      ...found,
      value: Math.exp(found.value),
      low: exp(found.low),
      high: exp(found.high),
      values: found.values.map(Math.exp),
    }
  );
}

function exp(value: number | null): number | null {
  return value === null ? null : Math.exp(value);
}
