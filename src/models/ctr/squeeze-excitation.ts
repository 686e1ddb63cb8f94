import type { Layers, Tensor } from "../../tensor/index.js";

/**
 * One weight for each field from the means of all (Huang et al. 2019, after SENet): [batch, field, dim] to
 * [batch, field]. The bottleneck is `reduction` times narrower than the fields are many, and at least 1 wide.
 */
export function fieldWeights(nn: Layers, e: Tensor, reduction: number): Tensor {
  const count = Number(e.shape[1]);
  const narrow = nn.linear(e.mean(2), Math.max(1, Math.floor(count / reduction)), { bias: false }).relu();
  return nn.linear(narrow, count, { bias: false }).relu();
}
