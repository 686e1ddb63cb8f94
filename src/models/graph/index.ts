import { lightGcn } from "./light-gcn.js";
import { mmhcl } from "./mmhcl.js";
import { queryTower } from "./query-tower.js";
import { uditsr } from "./uditsr.js";

export {
  countWords,
  type JointData,
  type JointEvents,
  jointBatches,
} from "./joint-events.js";
export { contrastSamples } from "./mmhcl.js";
export type { FeatureMatrix } from "./neighbours.js";
export { pairBatches, pairSteps } from "./pair-batches.js";
export { type PairData, pairs } from "./pairs-task.js";
export { type SparseMatrix, sparseMatrix } from "./sparse.js";
export { lightGcn, mmhcl, queryTower, uditsr };

/** Every model over a graph by name. A new one is its file and its place in this list. */
export const graphModels = [lightGcn, mmhcl, uditsr, queryTower] as const;
