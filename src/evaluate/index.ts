export { auc } from "./auc.js";
export {
  type BootstrapOptions,
  bootstrap,
  bootstrapAuc,
  type Interval,
  pairedBootstrap,
} from "./bootstrap.js";
export { logLoss } from "./log-loss.js";
export { atRank, hitRate, mean, mrr, ndcg, precision, rankOf, recall } from "./ranking.js";
