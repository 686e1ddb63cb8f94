import type { Layers, Tensor } from "../../tensor/index.js";

/** Cross layers x' = x0 (w x) + b + x with one vector w each (Wang et al. 2017, eq. 3): [batch, width] to the same. */
export function crossNetwork(nn: Layers, x0: Tensor, layers: number): Tensor {
  let x = x0;
  for (let layer = 0; layer < layers; layer++) x = crossLayer(nn.in("cross"), x0, x);
  return x;
}

/** One cross layer, whose input need not be x0. */
export function crossLayer(nn: Layers, x0: Tensor, x: Tensor): Tensor {
  const bias = nn.parameter("bias", [Number(x.shape[1])], { kind: "constant", value: 0 });
  return x0
    .mul(nn.linear(x, 1, { bias: false }))
    .add(bias)
    .add(x);
}

/** Cross layers x' = x0 * (W x + b) + x with a full matrix W each (Wang et al. 2021, eq. 1): [batch, width] to the same. */
export function matrixCrossNetwork(nn: Layers, x0: Tensor, layers: number): Tensor {
  let x = x0;
  for (let layer = 0; layer < layers; layer++) x = x0.mul(nn.linear(x, Number(x0.shape[1]))).add(x);
  return x;
}
