export { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
export { type EpochProgress, type Fit, type Fitted, fit, type Progress } from "./fit.js";
export type { FitOptions, Network } from "./fit-options.js";
export { type Optimizer, type OptimizerOptions, optimizer } from "./optimizer.js";
export { parameterCount } from "./parameter-count.js";
export {
  type Monitor,
  type Plateau,
  type Schedule,
  scheduleFactor,
  type Watch,
  watchMetric,
} from "./schedule.js";
export { restoreArrays, weights } from "./state.js";
export {
  createTrainer,
  type Feeds,
  type Trainable,
  type Trainer,
  type TrainerOptions,
  type TrainingState,
} from "./trainer.js";
