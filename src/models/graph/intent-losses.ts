import type { Tensor } from "../../tensor/index.js";

/**
 * How far generated demands lie from those typed: the mean over dimensions of the squared difference, of rows that are
 * searches (1 in `search` [rows]), divided by the number of all rows. Both sides learn.
 */
export function searchSupervision(generated: Tensor, typed: Tensor, search: Tensor): Tensor {
  return generated.sub(typed).square().mean(1).mul(search).mean();
}

/** The mean over dimensions of the squared difference of rows. */
export function translationDistance(from: Tensor, to: Tensor): Tensor {
  return from.sub(to).square().mean(1);
}

/** Taste plus demand is to land nearer to what was taken than to what was not: -log sigmoid(far - near), the mean over rows. */
export function translationContrast(reached: Tensor, positive: Tensor, negative: Tensor): Tensor {
  const [near, far] = [translationDistance(reached, positive), translationDistance(reached, negative)];
  return near.sub(far).softplus().mean();
}
