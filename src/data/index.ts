export { batches, gatherColumn } from "./batches.js";
export { type DelimitedFormat, numbers, readDelimited, type Table, tokens } from "./csv.js";
export { type CtrSplit, ctrSplit, type FieldMatrix, fieldBatch, fieldMatrix } from "./ctr.js";
export {
  type CategoricalColumn,
  type Column,
  column,
  createDataset,
  type Dataset,
  type NumericColumn,
  type SequenceColumn,
} from "./dataset.js";
export { fingerprint } from "./fingerprint.js";
export {
  type BanditLog,
  type Census,
  type CensusField,
  type Importer,
  importers,
  type Pairs,
  type Reviews,
  type SequenceData,
  type SplitPairs,
  type Tags,
} from "./importers/index.js";
export type { Interactions } from "./interactions.js";
export {
  inBatchNegatives,
  type KnownItems,
  type NegativeSampler,
  popularityNegatives,
  uniformNegatives,
} from "./negatives.js";
export { type ObtainOptions, obtainData } from "./obtain.js";
export { dataFolder } from "./resolve.js";
export { type Padding, pad, padInto, ragged, row, rowsOf } from "./sequences.js";
export { leaveOneOut, splitByTime, splitByUser, splitRandom } from "./split.js";
export { type LeftOut, leaveLast, leaveRandom, splitEachUser, userFolds } from "./split-users.js";
export { type RollingWindows, rollingWindows, splitBySession } from "./split-windows.js";
export { type DataSetState, dataSetStates } from "./states.js";
export { concatenate, take } from "./subset.js";
export { clicksOf, sequencesOf } from "./views.js";
export { buildVocabulary, decode, encode, type Vocabulary, vocabularyOf } from "./vocabulary.js";
