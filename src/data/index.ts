export { batches, splitByTime, splitRandom } from "./batches.js";
export { type FieldMatrix, fieldBatch, fieldMatrix } from "./ctr.js";
export {
  type CategoricalColumn,
  type Column,
  column,
  type Dataset,
  type NumericColumn,
  type SequenceColumn,
} from "./dataset.js";
export { dataFolder } from "./folder.js";
export { type CtrSplit, importers, type SequenceData } from "./importers/index.js";
export type { Interactions } from "./interactions.js";
export { type NegativeSampler, popularityNegatives, uniformNegatives } from "./negatives.js";
export { leaveOneOut, padInto, ragged, row, rowsOf } from "./sequences.js";
export { buildVocabulary, encode, type Vocabulary, vocabularyOf } from "./vocabulary.js";
