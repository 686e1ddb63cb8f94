import type { Random } from "../../core/random.js";
import { concat, constant, crossEntropy, input, type Tensor } from "../../tensor/index.js";
import type { Task } from "../model.js";
import { crop, maskItems, reorder } from "./augment.js";
import { type ExtraColumns, historyFeed, sequenceBatches } from "./batches.js";
import { causalEncoder, embedHistory } from "./encoder.js";
import { defineSequenceModel } from "./model.js";
import { type SequenceData, type SequenceInputs, type SequenceResult, sequence } from "./task.js";

interface ContrastiveInputs extends SequenceInputs {
  /** [2 * batch, length]: one view of every history, then another of every one. */
  views: Tensor;
  /** [batch]: 0, 1, 2, ... */
  viewRows: Tensor;
}

const contrastive: Task<SequenceData, ContrastiveInputs, SequenceResult> = {
  ...sequence,
  inputs: (data) => ({
    ...sequence.inputs(data),
    views: input("views", "int32", ["2*batch", data.length]),
    viewRows: input("views.rows", "int32", ["batch"]),
  }),
};

/**
 * CL4SRec (Xie et al. 2022, arXiv:2010.14395): SASRec, and beside its loss a contrastive one that draws two augmentations of
 * the same history together, each cropped, masked or reordered; those of the other users of the batch are the negatives.
 * With `lambda` 0 it is SASRec.
 */
export const cl4SRec = defineSequenceModel({
  name: "cl4srec",
  task: contrastive,
  options: {
    dim: 64,
    blocks: 2,
    heads: 1,
    dropout: 0.1,
    lambda: 0.1,
    temperature: 1,
    cropped: 0.6,
    masked: 0.3,
    reordered: 0.6,
  },
  build({ history, rows, length, views, viewRows, nn }, o) {
    // The mask is an item of its own, after the others.
    const contrasts = o.lambda > 0;
    const size = { ...o, rows: contrasts ? rows + 1 : rows, length };
    const ids = contrasts && nn.scope.declared.training ? concat([history, views], 0) : history;
    const embedded = embedHistory(nn, ids, size);
    const hidden = causalEncoder(nn, embedded, o);
    if (!contrasts) return { hidden, table: embedded.table };
    const table = embedded.table.slice(0, 0, rows);
    if (ids === history) return { hidden, table };
    const parts = hidden.reshape([3, history.shape[0]!, length, o.dim]);
    const [a, b] = [parts.at(0, 1).at(1, -1), parts.at(0, 2).at(1, -1)];
    const extraLoss = contrast(a, b, viewRows, o.temperature).mul(o.lambda);
    return { hidden: parts.at(0, 0), table, extraLoss };
  },
  training(train, { options, ...run }) {
    const extra = options.lambda > 0 ? viewColumns(run.length, train.size, options) : undefined;
    return (epoch) => sequenceBatches(train, { ...run, epoch, extra });
  },
});

/** NT-Xent over inner products: the positive of each view is the other one, both views of all others are negatives. */
export function contrast(a: Tensor, b: Tensor, rows: Tensor, temperature: number): Tensor {
  const itself = rows.unsqueeze(1).equal(rows.unsqueeze(0));
  const oneWay = (x: Tensor, y: Tensor) => {
    const across = x.matmul(y, { transposeRight: true });
    const within = itself.where(constant(x.dtype, [], [-1e9]), x.matmul(x, { transposeRight: true }));
    return crossEntropy(concat([across, within], 1).mul(1 / temperature), rows);
  };
  return oneWay(a, b).add(oneWay(b, a)).mul(0.5);
}

function viewColumns(
  length: number,
  mask: number,
  o: { cropped: number; masked: number; reordered: number },
): ExtraColumns {
  const augmented = (ids: Int32Array, source: Random) => {
    const way = source.integer(3);
    if (way === 0) return crop(ids, o.cropped, source);
    return way === 1 ? maskItems(ids, o.masked, mask, source) : reorder(ids, o.reordered, source);
  };
  return (sequences, _, source) => {
    // What the network reads of a history: all but its last target, cut.
    const read = sequences.map((ids) => ids.subarray(0, -1).subarray(-length));
    const views = [0, 1].flatMap(() => read.map((ids) => augmented(ids, source)));
    return {
      views: historyFeed(views, length).history!,
      "views.rows": { data: Int32Array.from(read, (_, i) => i), shape: [read.length] },
    };
  };
}
