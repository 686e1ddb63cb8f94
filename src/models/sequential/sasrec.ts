import { causalEncoder, embedHistory } from "./encoder.js";
import { defineSequenceModel } from "./model.js";
import { sequence } from "./task.js";

/** SASRec (Kang & McAuley 2018, arXiv:1808.09781) with pre-norm blocks and cross-entropy over all items. */
export const sasRec = defineSequenceModel({
  name: "sasrec",
  task: sequence,
  options: { dim: 64, blocks: 2, heads: 1, dropout: 0.1 },
  build({ history, rows, length, nn }, o) {
    const embedded = embedHistory(nn, history, { ...o, rows, length });
    return { hidden: causalEncoder(nn, embedded, o), table: embedded.table };
  },
});
