import { join } from "node:path";
import { loadBundle } from "../../bundles/index.js";
import { random, shuffle } from "../../core/random.js";
import {
  batches,
  type CtrSplit,
  column,
  createDataset,
  type Dataset,
  fieldBatch,
  fieldMatrix,
} from "../../data/index.js";
import { type AttentionMap, attentionMap, strongestPairs } from "../../models/index.js";
import type { Cell } from "../experiment.js";
import type { Reduction } from "../training/cells.js";
import { clickData, ctrFamily, ctrTask, firstRows } from "../training/families/ctr.js";
import { changed } from "../training/settings.js";
import { trainOne } from "../training/train-run.js";

const model = "autoint";
const changes = { options: { explain: true } };

/** What a person would expect apps to depend on: who uses which, and which are used where. */
const expected = [
  ["user", "item"],
  ["item", "city"],
  ["item", "country"],
];

/**
 * Trains AutoInt and looks at the attention between fields over all test rows: on the data as they are, or with the labels
 * of training and validation shuffled, so that there is nothing to attend to.
 */
export function attentionCell(dataset: string, kind: "true" | "shuffled", reduction?: Reduction): Cell {
  const settings = changed(ctrFamily.settings(dataset, model), changes);
  const seed = 1;
  return {
    dataset,
    model: `attention, ${kind} labels`,
    seed,
    needs: [dataset],
    settings: { ...settings, reduction },
    async run({ checkpoint, signal, report }) {
      const start = performance.now();
      const whole = clickData(dataset);
      const data = reduction ? firstRows(whole, reduction.rows) : whole;
      const learned = kind === "true" ? data : withShuffledLabels(data, seed);
      const out = join(checkpoint, "bundle");
      const run = {
        model,
        changes,
        data: dataset,
        seed,
        embeddings: "exact",
        checkpoint: { folder: checkpoint },
      } as const;
      const { epochs, bestEpoch } = await trainOne(
        ctrTask(dataset, learned),
        { ...run, epochs: reduction?.epochs, out, signal },
        report,
      );
      const map = await mapOf(
        out,
        data.test,
        data.fields.map(({ name }) => name),
      );
      const seconds = (performance.now() - start) / 1000;
      return { figures: figuresOf(map), seconds, facts: { epochs, bestEpoch } };
    },
  };
}

async function mapOf(folder: string, rows: Dataset, fields: string[]): Promise<AttentionMap> {
  const matrix = fieldMatrix(rows, fields);
  const bundle = await loadBundle(folder);
  const order = batches(matrix.length, { batchSize: 4096, seed: 0, epoch: 0, shuffle: false });
  const feeds = Array.from(order, (chosen) => fieldBatch(matrix, chosen));
  try {
    return await attentionMap((feed) => bundle.run(feed), feeds, fields);
  } finally {
    await bundle.release();
  }
}

/** How pronounced the attention is, and the place of the first expected pair among all pairs of different fields. */
function figuresOf(map: AttentionMap) {
  const { weights, fields } = map;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const pairs = strongestPairs(map, fields.length ** 2);
  const isExpected = (from: string, to: string) =>
    expected.some((pair) => pair.includes(from) && pair.includes(to));
  const place = 1 + pairs.findIndex(({ from, to }) => isExpected(from, to));
  return {
    "largest over mean attention": { value: Math.max(...weights) / mean },
    "place of the first expected pair": { value: place },
  };
}

function withShuffledLabels(data: CtrSplit, seed: number): CtrSplit {
  const shuffled = (part: Dataset, name: string): Dataset => {
    const label = column(part, "label");
    if (label.kind !== "numeric") throw new RangeError("a click data set's label is numeric");
    const order = Int32Array.from({ length: part.length }, (_, i) => i);
    shuffle(order, random(seed, "shuffled-labels", name));
    const values = Float32Array.from(order, (i) => label.values[i]!);
    return createDataset(part.name, { ...part.columns, label: { kind: "numeric", values } });
  };
  return {
    ...data,
    train: shuffled(data.train, "train"),
    validation: shuffled(data.validation, "validation"),
  };
}
