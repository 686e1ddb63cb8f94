import type { Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { upperTriangle } from "./field-pairs.js";
import { ctr } from "./task.js";

/** The coordinate that lifts a vector to the hyperboloid, sqrt(1 + |e|^2): [..., dim] to [...]. */
export function lorentzCoordinate(embeddings: Tensor): Tensor {
  return embeddings.square().sum(-1).add(1).sqrt();
}

/** By how much the triangle inequality holds of each pair of lifted fields: [batch, field, dim] to [batch, pair]. */
export function triangleTerms(embeddings: Tensor): Tensor {
  const lifted = lorentzCoordinate(embeddings);
  const [rows, columns] = [lifted.unsqueeze(2), lifted.unsqueeze(1)];
  const scale = rows.mul(columns);
  const lorentz = embeddings.matmul(embeddings, { transposeRight: true }).sub(scale);
  return upperTriangle(rows.add(columns).add(lorentz).neg().add(1).div(scale));
}

/** LorentzFM (Xu and Wu 2020, arXiv:1911.08730): pairs of fields judged in hyperbolic space, and no other weights. */
export const lorentzFM = defineModel({
  name: "lorentz-fm",
  task: ctr,
  options: { dim: 10 },
  build: ({ fields, nn }, o) => ({ logit: triangleTerms(nn.embed(fields, o.dim)).sum(1) }),
});
