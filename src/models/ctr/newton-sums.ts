import { HeedError } from "../../core/errors.js";
import type { Tensor } from "../../tensor/index.js";

/**
 * For each degree from 1 to `order`, the sum over all sets of that many fields of the elementwise product of their embeddings,
 * from power sums p_k = sum_i e_i^k by Newton's identity k s_k = sum_{i=1..k} (-1)^(i-1) s_{k-i} p_i: [batch, field, dim] to
 * `order` tensors [batch, dim].
 */
export function newtonSums(e: Tensor, order: number): Tensor[] {
  if (!Number.isInteger(order) || order < 1) {
    throw new HeedError("option", `order ${order}`, "give a whole number from 1");
  }
  let power = e;
  const powers = Array.from({ length: order }, (_, k) => {
    if (k > 0) power = power.mul(e);
    return power.sum(1);
  });
  const sums: Tensor[] = [];
  for (let k = 1; k <= order; k++) {
    const terms = powers.slice(0, k).map((p, i) => {
      const term = i + 1 === k ? p : sums[k - i - 2]!.mul(p);
      return i % 2 === 0 ? term : term.neg();
    });
    sums.push(terms.reduce((sum, term) => sum.add(term)).mul(1 / k));
  }
  return sums;
}
