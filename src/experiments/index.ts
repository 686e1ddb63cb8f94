export { ctrTask } from "./training/families/ctr.js";
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
