export { catalogue, type System } from "./catalogue.js";
export type { Cell, CellContext, Expectation, Experiment, Outcome } from "./experiment.js";
export { experimentOf, experiments } from "./experiments.js";
export type { Row, Verdict } from "./judge.js";
export { leaderboard } from "./leaderboard.js";
export { type ReproduceOptions, type Reproduction, reproduce } from "./reproduce.js";
export { type Recorded, readResult, saveResult } from "./results.js";
export { machine, versions } from "./surroundings.js";
export { type State, type SystemState, stateOf, systemStates } from "./systems.js";
export { clickData, ctrTask } from "./training/families/ctr.js";
export {
  type Family,
  families,
  familyOf,
  type Plan,
  type Task,
  unknown,
} from "./training/families/index.js";
export { type Estimates, type Figures, type Spread, spreadOf, withIntervals } from "./training/figures.js";
export { type Run, type RunResult, trainOne } from "./training/train-run.js";
