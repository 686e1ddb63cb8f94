import type { SequenceModel } from "./model.js";
import { sasRec } from "./sasrec.js";

export { historyFeed, sequenceBatch, sequenceBatches } from "./batches.js";
export { fitItemKnn, type ItemKnnOptions } from "./item-knn.js";
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
export { sasRec };

/** Every trained sequence model by name. A new one is its file and its place in this list. */
export const sequentialModels: readonly SequenceModel[] = [sasRec];
