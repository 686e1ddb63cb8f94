import { HeedError } from "../../core/errors.js";
import { randomBits, streamKey } from "../../core/random.js";
import { factors, fixed, product, shapeError } from "../shape.js";
import { constant, input, type Tensor } from "../tensor.js";
import type { Scope } from "./scope.js";

/** The input that carries one random odd int32 per row of the batch, fed anew at every step. */
export const dropoutRowsName = "dropout/rows";

/**
 * Zeroes each element with probability `rate` and scales the rest by 1 / (1 - rate); the identity in inference.
 * The mask is counter-based: element (row, position) of layer `l` at step `t` compares the high bits of
 * R[t, row] * C[l, position] with a threshold, the multiply-shift hash of Dietzfelbinger et al. (1997): one integer
 * product a mask, no state, and the same mask for the same (seed, step, layer).
 */
export function dropout(scope: Scope, x: Tensor, rate: number): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new HeedError("dropout", `dropout rate ${rate}`, "use a rate from 0 up to, but not including, 1");
  }
  const { declared } = scope;
  if (!declared.training || rate === 0) return x;
  const layer = declared.dropouts++;
  const lead = x.shape[0];
  const { factor, symbols } = factors(lead ?? 1);
  if (symbols.length !== 1 || symbols[0] !== "batch") {
    throw shapeError(
      "dropout",
      `the first axis of ${x} is not a multiple of "batch"`,
      "drop out values of a batch",
    );
  }
  declared.dropoutRows ??= input(dropoutRowsName, "int32", ["batch"]);
  const rest = x.shape.slice(1).map((length) => fixed("dropout", length));
  const size = factor * Number(product(rest));
  const key = streamKey(declared.seed, "dropout", layer);
  const columns = constant(
    "int32",
    [size],
    Int32Array.from({ length: size }, (_, i) => randomBits(key, i) | 1),
  );
  const hash = declared.dropoutRows.unsqueeze(1).mul(columns).reshape(x.shape);
  const threshold = Math.round(rate * 2 ** 32) - 2 ** 31;
  // A product with a float mask: ONNX Runtime's Where is several times slower, and the gradient needs it again.
  const kept = hash
    .greaterEqual(threshold)
    .cast(x.dtype)
    .mul(1 / (1 - rate));
  return x.mul(kept);
}

/** The row numbers to feed at one step. */
export function dropoutRows(seed: number, step: number, batch: number): Int32Array {
  const key = streamKey(seed, "dropout-rows", step);
  return Int32Array.from({ length: batch }, (_, row) => randomBits(key, row) | 1);
}
