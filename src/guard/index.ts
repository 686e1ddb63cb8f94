export * from "./attacks/index.js";
export { highest, lossesOf } from "./defences/trimming.js";
export { suspicionByView } from "./defences/view-classifier.js";
export * from "./lorec/index.js";
export { type Onlooker, rankTargets, type TargetRanks, targetMetrics } from "./target-metrics.js";
