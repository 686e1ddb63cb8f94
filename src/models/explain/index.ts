export { type AttentionMap, attentionMap, strongestPairs } from "./attention-map.js";
export { heatMap } from "./heat-map.js";
