import { bert4Rec } from "./bert4rec.js";
import { cl4SRec } from "./cl4srec.js";
import { fmlpRec } from "./fmlp-rec.js";
import { gru4Rec } from "./gru4rec.js";
import type { SequenceModel } from "./model.js";
import { gSasRec, sasRec, sasRecBce } from "./sasrec.js";

export { crop, maskItems, reorder } from "./augment.js";
export { type ExtraColumns, historyFeed, prefixBatches, sequenceBatch, sequenceBatches } from "./batches.js";
export { frequencyFilter } from "./fmlp-rec.js";
export { fitItemKnn, type ItemKnnOptions } from "./item-knn.js";
export { calibrate, catalogueLoss, generalisedBce, type TargetLoss } from "./losses.js";
export { fitMarkov } from "./markov.js";
export {
  defineSequenceModel,
  type EpochBatches,
  type SequenceModel,
  type SequenceTraining,
} from "./model.js";
export { fitPopular } from "./popular.js";
export {
  countedScores,
  graphScores,
  judgeRanking,
  rankAll,
  type ScoreBatch,
  type Target,
} from "./ranking.js";
export { type CountingModel, popularity } from "./recommender.js";
export { type SequenceData as SequenceShape, sequence } from "./task.js";
export { bert4Rec, cl4SRec, fmlpRec, gru4Rec, gSasRec, sasRec, sasRecBce };

/** Every trained sequence model by name. A new one is its file and its place in this list. */
export const sequentialModels: readonly SequenceModel[] = [
  sasRec,
  sasRecBce,
  gSasRec,
  gru4Rec,
  bert4Rec,
  fmlpRec,
  cl4SRec,
];
