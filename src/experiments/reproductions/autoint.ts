import type { Expectation, Experiment } from "../experiment.js";
import { exactly, type FigureTable, gain } from "../figure-table.js";
import { cellMaker } from "../training/cells.js";
import { ctrFamily } from "../training/families/ctr.js";
import type { Changes } from "../training/settings.js";
import { attentionCell } from "./autoint-attention.js";

const dataset = "frappe-recreated";
const seeds = [1, 2];

/** Test figures of independent programs on the same file, one seed each. */
const measured: Readonly<Record<string, readonly [auc: number, logLoss: number] | null>> = {
  lr: [0.937, 0.29],
  fm: [0.969, 0.194],
  dnn: [0.98, 0.175],
  autoint: null,
  "autoint-without-residual": null,
  "autoint-14-epochs": [0.9721, 0.1945],
  "autoint-14-epochs-without-residual": [0.9622, 0.2257],
  "autoint-plus": null,
};

const withoutResidual = { options: { residual: false } };
/** The ablation as it was measured elsewhere: cut off after 14 epochs, long before either has converged. */
const cutOff = { epochs: 14 };

/** AutoInt trained otherwise. */
const ablations: Readonly<Record<string, Changes>> = {
  "autoint-without-residual": withoutResidual,
  "autoint-14-epochs": cutOff,
  "autoint-14-epochs-without-residual": { ...cutOff, ...withoutResidual },
};

/** AutoInt (Song et al. 2019, arXiv:1810.11921): attention between fields, alone and beside an MLP. */
export const autoIntExperiment: Experiment = {
  slug: "autoint",
  title: "AutoInt: self-attentive feature interactions",
  protocol:
    "Frappe with re-created negatives and its own split; 10 fields, embeddings of 10, batches of 4096, Adam at 3e-3, rate cut by " +
    "10 and stop after 2 epochs without a better validation AUC, embedding penalty on whole tables. AutoInt has two layers of " +
    "two heads of 16, also cut off after 14 epochs; AutoInt+ adds an MLP of 200-200, as wide as the DNN. Mean of two seeds. Attention: the mean over heads, " +
    "layers and all test rows of one more training, and of one whose labels were shuffled. The full sizes are run by bars-ctr.",
  reduced: "2 epochs on 1000 rows, one seed",
  cells(quick) {
    const reduction = quick ? { rows: 1000, epochs: 2 } : undefined;
    const maker = cellMaker(ctrFamily, dataset, reduction);
    return [
      maker.untrained("click-rate"),
      ...Object.keys(measured).flatMap((as) =>
        (quick ? [1] : seeds).map((seed) =>
          ablations[as]
            ? maker.trained("autoint", seed, { as, changes: ablations[as] })
            : maker.trained(as, seed),
        ),
      ),
      attentionCell(dataset, "true", reduction),
      attentionCell(dataset, "shuffled", reduction),
    ];
  },
  expectations: [
    ...Object.entries(measured).flatMap(([model, published]) => [
      reported(model, "auc", published?.[0]),
      reported(model, "logLoss", published?.[1]),
    ]),
    above("autoint", "fm", 0.002),
    // The bound of 0.004 belongs to 14 epochs. Trained to the end, the model without residual was not behind (first run:
    // 0.98254 against 0.98122, seed 1), so what is left there is reported.
    above("autoint-14-epochs", "autoint-14-epochs-without-residual", 0.004),
    above("autoint", "autoint-without-residual"),
    above("autoint-plus", "autoint", -0.001),
    above("autoint-plus", "dnn", -0.002),
    {
      dataset,
      model: "attention, true labels",
      metric: "place of the first expected pair",
      published: null,
      most: 5,
      source: "user with item, or item with city or country, among the first five of 90 directed pairs",
    },
    {
      dataset,
      model: "attention, true labels",
      metric: "flattened by shuffled labels",
      published: null,
      least: 1,
      source: "largest over mean attention, divided by the same with shuffled labels",
      measure: (table) => {
        const ratio = (kind: string) =>
          table.of(dataset, `attention, ${kind} labels`, "largest over mean attention");
        const [pronounced, flat] = [ratio("true"), ratio("shuffled")];
        return pronounced && flat ? exactly(pronounced.value / flat.value) : null;
      },
    },
    {
      dataset,
      model: "autoint",
      metric: "seconds a training",
      published: 212,
      most: 600,
      source: "independent program on one core, 14 epochs; within 10 minutes on two cores",
      measure: (table) => {
        const runs = table.of(dataset, "autoint", "auc")?.values.length;
        return runs === undefined ? null : exactly(table.seconds(dataset, "autoint") / runs);
      },
    },
  ],
};

function reported(model: string, metric: string, published: number | undefined): Expectation {
  return {
    dataset,
    model,
    metric,
    published: published ?? null,
    source: "measured by an independent program on the same file, one seed",
    baseline: "click-rate",
  };
}

function above(better: string, worse: string, least?: number): Expectation {
  return {
    dataset,
    model: `${better} over ${worse}`,
    metric: "auc gained",
    published: null,
    ...(least !== undefined && { least }),
    source: "acceptance of the system: mean of two seeds",
    measure: (table: FigureTable) => gain(table.of(dataset, better, "auc"), table.of(dataset, worse, "auc")),
  };
}
