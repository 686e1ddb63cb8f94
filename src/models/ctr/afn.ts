import type { Fields, Layers, Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { logarithmicNeurons, logMagnitudes } from "./logarithmic.js";
import { ctr } from "./task.js";

/**
 * Adaptive Factorization Network (Cheng et al. 2020, arXiv:1909.03276): logarithmic neurons learn which fields to multiply,
 * and to which power; an MLP reads their products.
 */
export const afn = defineModel({
  name: "afn",
  task: ctr,
  options: { dim: 10, neurons: 1000, hidden: [400], dropout: 0, batchNorm: false },
  build: ({ fields, nn }, o) => ({ logit: adaptiveFactors(nn, fields, o).squeeze(1) }),
});

/** AFN's own logit, [batch, 1]: both batch norms are part of the model, `batchNorm` is that of the MLP. */
export function adaptiveFactors(
  nn: Layers,
  fields: Fields,
  options: { dim: number; neurons: number; hidden: number[]; dropout: number; batchNorm: boolean },
): Tensor {
  const { dim, neurons, hidden, dropout, batchNorm } = options;
  const logarithms = nn.batchNorm(logMagnitudes(nn.embed(fields, dim)));
  const products = nn.batchNorm(logarithmicNeurons(nn, logarithms, neurons));
  return nn.mlp(products.flatten(1), [...hidden, 1], { dropout, batchNorm });
}
