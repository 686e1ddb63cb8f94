import { sequenceBatches } from "./batches.js";
import { causalEncoder, embedHistory } from "./encoder.js";
import { lossDefaults, lossOf, samplingOf } from "./losses.js";
import { defineSequenceModel } from "./model.js";
import { negativeColumns } from "./negative-columns.js";
import { sequence } from "./task.js";

const defaults = { dim: 64, blocks: 2, heads: 1, dropout: 0.1, ...lossDefaults };

/** SASRec under a name, with defaults of its own. */
function sasRecNamed(name: string, given: Partial<typeof defaults> = {}) {
  return defineSequenceModel({
    name,
    task: sequence,
    options: { ...defaults, ...given },
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
}

/** SASRec (Kang & McAuley 2018, arXiv:1808.09781) with pre-norm blocks and cross-entropy over all items. */
export const sasRec = sasRecNamed("sasrec");

/** SASRec with the loss it was published with: binary cross-entropy against one unseen item a position. */
export const sasRecBce = sasRecNamed("sasrec-bce", { loss: "bce" });

/** gSASRec (Petrov & Macdonald 2023, arXiv:2308.07192): many sampled items, and gBCE against the overconfidence they bring. */
export const gSasRec = sasRecNamed("gsasrec", { loss: "gbce" });
