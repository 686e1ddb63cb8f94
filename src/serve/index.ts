export { type Catalogue, loadCatalogue, splitOutcomes, type Target, type TimeSplit } from "./catalogue.js";
export { createEngine, type Engine, type ModelRow, type Slate, topUnseen } from "./engine.js";
export type { Heed } from "./heed.js";
export { type OpenHeedOptions, openHeed } from "./open-heed.js";
export { bundleScorer, countingScorer, type Scorer } from "./scorer.js";
export { createServer } from "./server.js";
