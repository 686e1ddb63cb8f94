import type { Expectation, Experiment } from "../experiment.js";
import { exactly, gain } from "../figure-table.js";
import { cellMaker } from "../training/cells.js";
import { sequenceFamily } from "../training/families/sequence.js";
import { countedCells, countedExpectations } from "./sequential-baselines-counted.js";

const movies = "ml-1m-seq";
const beauty = "amazon-beauty-seq";

/** What is trained on each data set, and with how many seeds. */
const trained: readonly { dataset: string; model: string; seeds: number }[] = [
  { dataset: beauty, model: "sasrec", seeds: 3 },
  { dataset: beauty, model: "sasrec-bce", seeds: 3 },
  ...["gsasrec", "bert4rec", "fmlp-rec", "gru4rec", "cl4srec"].map((model) => ({
    dataset: beauty,
    model,
    seeds: 1,
  })),
  ...["sasrec", "sasrec-bce", "gsasrec"].map((model) => ({ dataset: movies, model, seeds: 1 })),
];

/** Published on the full MovieLens 1M, of which each user's last two events are absent here. */
const published = [
  { model: "sasrec", metric: "hr@10", published: 0.3152, least: 0.25 },
  { model: "sasrec", metric: "ndcg@10", published: 0.1821, least: 0.14 },
  { model: "sasrec-bce", metric: "hr@10", published: 0.25 },
  { model: "sasrec-bce", metric: "ndcg@10", published: 0.1341 },
  { model: "gsasrec", metric: "hr@10", published: 0.3003 },
  { model: "gsasrec", metric: "ndcg@10", published: 0.1726 },
] as const;

/** What every sequence model is compared with, held against independent measurements and published figures. */
export const sequentialBaselines: Experiment = {
  slug: "sequential-baselines",
  title: "Baselines of sequential recommendation",
  protocol:
    "Leave-one-out: the last item tests, the one before validates; rank among the whole catalogue with seen items removed, ties " +
    "count one half. Histories of 200 (MovieLens) or 50, Adam at 1e-3, at most 100 epochs, stop after 10 without a better " +
    "validation NDCG@10 (BERT4Rec 200 and 20). gBCE draws its 256 negatives once a batch, not once a position. Not covered: " +
    "EASE, iALS, BPR and LightGCN.",
  reduced: "100 people, 1 epoch, one seed",
  cells(quick) {
    const reduction = quick ? { rows: 100, epochs: 1 } : undefined;
    const makers = new Map(
      [beauty, movies].map((dataset) => [dataset, cellMaker(sequenceFamily, dataset, reduction)]),
    );
    return [
      ...countedCells(reduction),
      ...trained.flatMap(({ dataset, model, seeds }) =>
        Array.from({ length: quick ? 1 : seeds }, (_, i) => makers.get(dataset)!.trained(model, i + 1)),
      ),
      // Cells of further baselines go here.
    ];
  },
  expectations: [
    ...countedExpectations,
    // Expectations of further baselines go here.
    reported(beauty, "sasrec"),
    reported(beauty, "sasrec-bce"),
    above(beauty, "sasrec", "sasrec-bce"),
    ...["gsasrec", "bert4rec", "fmlp-rec", "gru4rec", "cl4srec"].flatMap((model) => [
      reported(beauty, model),
      timesPopular(model),
    ]),
    ...published.map(
      (figure): Expectation => ({
        dataset: movies,
        ...figure,
        source:
          figure.model === "gsasrec"
            ? "github.com/asash/gSASRec-pytorch, on the full MovieLens 1M"
            : "github.com/antklen/sasrec-bert4rec-recsys23, on the full MovieLens 1M; the bar is the Markov table's figure",
        baseline: "markov",
      }),
    ),
    above(movies, "sasrec", "sasrec-bce"),
    above(movies, "gsasrec", "sasrec-bce"),
  ],
};

function reported(dataset: string, model: string): Expectation {
  return {
    dataset,
    model,
    metric: "ndcg@10",
    published: null,
    source: "reported beside the Markov table, which it need not beat",
    baseline: "markov",
  };
}

/** One loss beats another in NDCG@10, on the mean over the seeds. */
function above(dataset: string, better: string, worse: string): Expectation {
  return {
    dataset,
    model: `${better} over ${worse}`,
    metric: "ndcg@10 gained",
    published: null,
    least: Number.MIN_VALUE,
    source: "acceptance: the loss decides",
    measure: (table) => gain(table.of(dataset, better, "ndcg@10"), table.of(dataset, worse, "ndcg@10")),
  };
}

function timesPopular(model: string): Expectation {
  return {
    dataset: beauty,
    model,
    metric: "ndcg@10 over popular's",
    published: null,
    least: 2.5,
    source: "acceptance: at least 2.5 times popularity",
    measure(table) {
      const own = table.of(beauty, model, "ndcg@10");
      const popular = table.of(beauty, "popular", "ndcg@10");
      return own && popular && popular.value > 0 ? exactly(own.value / popular.value) : null;
    },
  };
}
