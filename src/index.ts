export { HeedError } from "./core/errors.js";
export { type Config, type ConfigInput, defineConfig } from "./decide/index.js";
export { defineModel } from "./models/index.js";
export { type Fit, type FitOptions, fit, type Progress } from "./train/index.js";
