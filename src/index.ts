export { HeedError } from "./core/errors.js";
export { defineModel } from "./models/index.js";
export { type Fit, type FitOptions, fit, type Progress } from "./train/index.js";
