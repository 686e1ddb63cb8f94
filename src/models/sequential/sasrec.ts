import { sequenceBatches } from "./batches.js";
import { causalEncoder, embedHistory } from "./encoder.js";
import { lossDefaults, lossOf, samplingOf } from "./losses.js";
import { defineSequenceModel } from "./model.js";
import { negativeColumns } from "./negative-columns.js";
import { sequence } from "./task.js";

/**
 * SASRec (Kang & McAuley 2018, arXiv:1808.09781) with pre-norm blocks and cross-entropy over all items; by its options with
 * a sampled softmax, gSASRec's gBCE, or the binary cross-entropy it was published with.
 */
export const sasRec = defineSequenceModel({
  name: "sasrec",
  task: sequence,
  options: { dim: 64, blocks: 2, heads: 1, dropout: 0.1, ...lossDefaults },
  build({ history, rows, length, nn }, o) {
    const embedded = embedHistory(nn, history, { ...o, rows, length });
    return {
      hidden: causalEncoder(nn, embedded, o),
      table: embedded.table,
      loss: lossOf(o, rows - 1),
    };
  },
  training(train, { options, ...run }) {
    const sampling = samplingOf(options);
    const extra = sampling ? negativeColumns(train.size - 1, sampling) : undefined;
    return (epoch) => sequenceBatches(train, { ...run, epoch, extra });
  },
});
