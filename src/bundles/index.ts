export { type FieldRow, fieldEncoder } from "./fields.js";
export { copyForgetting } from "./forget.js";
export { type Bundle, loadBundle } from "./load.js";
export type { BundleDescription, BundleManifest, Estimate } from "./manifest.js";
export { type LookupTable, openPredictor, type Predictor } from "./predictor.js";
export { type BundleContent, checkBundlePlace, saveBundle } from "./save.js";
