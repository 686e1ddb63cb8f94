import { HeedError } from "../../core/errors.js";
import type { Tensor } from "../../tensor/index.js";

/** Cuts the last axis into heads: [batch, field, heads * width] to [batch, head, field, width]. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, fields, whole] = x.shape;
  const width = Number(whole) / heads;
  if (!Number.isInteger(width)) {
    throw new HeedError("option", `${heads} heads for width ${whole}`, "heads must divide the width");
  }
  return x.reshape([batch!, fields!, heads, width]).transpose([0, 2, 1, 3]);
}

/** Lays heads side by side again: [batch, head, field, width] to [batch, field, heads * width]. */
export function joinHeads(x: Tensor): Tensor {
  return x.transpose([0, 2, 1, 3]).flatten(2);
}
