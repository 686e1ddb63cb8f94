import { contrast, stopGradient, type Tensor } from "../../tensor/index.js";

export interface ContrastOptions {
  temperature: number;
  /** Whether rows that share a label are no negatives of each other. */
  masked: boolean;
}

/** Coarse intent contrast of ICSRec: two histories [batch, dim] that lead to the same item belong together. */
export function coarseContrast(first: Tensor, second: Tensor, targets: Tensor, o: ContrastOptions): Tensor {
  return contrast(first, second, { temperature: o.temperature, ...(o.masked && { labels: targets }) });
}

/**
 * Fine intent contrast of ICSRec: each history [batch, dim] belongs to the centroid [clusters, dim] nearest to it, scaled
 * to length 1. No gradient reaches the centroids, nor the choice among them.
 */
export function fineContrast(state: Tensor, centroids: Tensor, o: ContrastOptions): Tensor {
  const fixed = stopGradient(centroids);
  const closeness = stopGradient(state)
    .matmul(fixed, { transposeRight: true })
    .sub(fixed.square().sum(-1).mul(0.5));
  const cluster = closeness.topKIndices(1).squeeze(1);
  const intents = fixed.l2Normalize().gather(cluster);
  return contrast(state, intents, { temperature: o.temperature, ...(o.masked && { labels: cluster }) });
}
