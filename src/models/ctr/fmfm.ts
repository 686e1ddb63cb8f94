import type { Layers, Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { choice } from "./choice.js";
import { pairProducts, pairSides } from "./field-pairs.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** What stands between the two vectors of a pair: a full matrix or its diagonal alone. */
type Interaction = "matrixed" | "vectorized";

/** Field-matrixed factorization machine (Sun et al. 2021, arXiv:2102.12994): e_i M_ij e_j for every pair of fields. */
export const fmfm = defineModel({
  name: "fmfm",
  task: ctr,
  options: { dim: 10, interaction: "vectorized" as Interaction },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const pairs = choice("interaction", o.interaction, {
      vectorized: () => vectorized(nn, e),
      matrixed: () => matrixed(nn, e),
    });
    return { logit: firstOrder(nn, fields, { bias: true }).add(pairs) };
  },
});

function vectorized(nn: Layers, e: Tensor): Tensor {
  const products = pairProducts(e);
  const shape = products.shape.slice(1).map(Number);
  return products.mul(nn.parameter("interaction", shape, { kind: "xavierNormal" })).sum([1, 2]);
}

function matrixed(nn: Layers, e: Tensor): Tensor {
  const { left, right } = pairSides(e);
  const [pairs, dim] = left.shape.slice(1).map(Number) as [number, number];
  const matrices = nn.parameter("interaction", [pairs, dim, dim], { kind: "xavierNormal" });
  const turned = left.transpose([1, 0, 2]).matmul(matrices).transpose([1, 0, 2]);
  return turned.mul(right).sum([1, 2]);
}
