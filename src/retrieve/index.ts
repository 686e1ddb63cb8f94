export { type ApproximateIndex, type ApproximateOptions, buildApproximate } from "./approximate.js";
export { type ItemVectors, scoreEvery, scoreOf } from "./vectors.js";
