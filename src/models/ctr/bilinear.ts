import { HeedError } from "../../core/errors.js";
import { type Layers, type Tensor, take } from "../../tensor/index.js";
import { fieldPairs, pairProducts } from "./field-pairs.js";

/**
 * A function that gives the bilinear products (e_i W) * e_j of every pair i < j (Huang et al. 2019), as often as
 * it is called with the same W: [batch, field, dim] to [batch, pair, dim]. `sharing` is "all" for one matrix, "field" for
 * one for each left field, "pair" for one for each pair.
 */
export function bilinearPairs(
  nn: Layers,
  fields: number,
  dim: number,
  sharing: string,
): (x: Tensor) => Tensor {
  const matrices = (...shape: number[]) => nn.parameter("bilinear", shape, { kind: "xavierNormal" });
  // A stack of matrices multiplies with its own axis first.
  const eachBy = (x: Tensor, weight: Tensor) => x.transpose([1, 0, 2]).matmul(weight).transpose([1, 0, 2]);
  if (sharing === "all") {
    const weight = matrices(dim, dim);
    return (x) => pairProducts(x.matmul(weight), x);
  }
  if (sharing === "field") {
    const weight = matrices(fields - 1, dim, dim);
    return (x) => pairProducts(eachBy(x.slice(1, 0, fields - 1), weight).pad(1, 0, 1), x);
  }
  if (sharing === "pair") {
    const pairs = fieldPairs(fields);
    const weight = matrices(pairs.length, dim, dim);
    const side = (x: Tensor, which: 0 | 1) =>
      take(
        x,
        1,
        pairs.map((pair) => pair[which]),
      );
    return (x) => eachBy(side(x, 0), weight).mul(side(x, 1));
  }
  throw new HeedError("option", `bilinear sharing "${sharing}"`, "use all, field or pair");
}
