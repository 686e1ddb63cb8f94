import { HeedError } from "../../core/errors.js";
import type { Tensor } from "../../tensor/index.js";

/**
 * The mean of the last `window` real positions at each position of x [batch, length, dim], as differences of running sums;
 * `real` [batch, length] (boolean) says which count. x is 0 where none does, and so is a mean over nothing. A window of 1
 * is x itself, to the last bit.
 */
export function windowMeans(x: Tensor, real: Tensor, window: number): Tensor {
  if (!(Number.isInteger(window) && window >= 1))
    throw new HeedError("window", `the window is ${window}`, "give a whole number of positions from 1");
  if (window === 1) return x;
  const counts = lastSums(real.cast(x.dtype).unsqueeze(2), window);
  return lastSums(x, window).div(counts.maximum(1));
}

function lastSums(x: Tensor, window: number): Tensor {
  const length = x.shape[1] as number;
  const sums = x.cumulativeSum(1);
  return window >= length ? sums : sums.sub(sums.slice(1, 0, length - window).pad(1, window, 0));
}
