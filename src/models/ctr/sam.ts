import { HeedError } from "../../core/errors.js";
import type { Layers, Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/**
 * SAM3A (Cheng & Xue 2021, arXiv:2105.05563): layers of self-attention whose scores, without a softmax, multiply a learned
 * vector for each pair of fields.
 */
export const sam = defineModel({
  name: "sam",
  task: ctr,
  options: {
    dim: 10,
    attentionLayers: 3,
    dropout: 0,
    /** "concat": the logit reads every field; "weighted": their sum, weighted by one number each. */
    aggregation: "concat",
  },
  build({ fields, nn }, o) {
    let x = nn.embed(fields, o.dim);
    for (let layer = 0; layer < o.attentionLayers; layer++) {
      x = nn.dropout(attendPairs(nn.in("attention"), x), o.dropout);
    }
    return { logit: nn.linear(aggregate(nn, x, o.aggregation), 1).squeeze(1) };
  },
});

/** sum_j S_ij W_ij + Q x_i with S = x K x^T: [batch, field, dim] to the same. */
export function attendPairs(nn: Layers, x: Tensor): Tensor {
  const [count, dim] = [Number(x.shape[1]), Number(x.shape[2])];
  const pairs = nn.parameter("pairs", [count, count, dim], { kind: "constant", value: 1 });
  const scores = x.matmul(nn.in("key").linear(x, dim, { bias: false }), { transposeRight: true });
  const attended = scores.transpose([1, 0, 2]).matmul(pairs).transpose([1, 0, 2]);
  return attended.add(nn.in("residual").linear(x, dim, { bias: false }));
}

function aggregate(nn: Layers, x: Tensor, aggregation: string): Tensor {
  if (aggregation === "concat") return x.flatten(1);
  if (aggregation === "weighted") {
    const shares = nn.parameter("shares", [Number(x.shape[1]), 1], { kind: "constant", value: 1 });
    return x.mul(shares).sum(1);
  }
  throw new HeedError("option", `aggregation "${aggregation}"`, "use concat or weighted");
}
