export * from "./attacks/index.js";
export * from "./lorec/index.js";
export { type Onlooker, rankTargets, type TargetRanks, targetMetrics } from "./target-metrics.js";
