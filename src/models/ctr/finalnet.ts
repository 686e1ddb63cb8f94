import { HeedError } from "../../core/errors.js";
import { bceWithLogits, concat, type Layers, stopGradient, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/**
 * FinalNet (Zhu et al. 2023) with two blocks: networks whose layers multiply one half of their units by the other, one of
 * them over gated fields. Their mean logit is the answer, which in turn teaches both while they train.
 */
export const finalNet = defineModel({
  name: "finalnet",
  task: ctr,
  options: {
    dim: 10,
    /** Of the gated block. */
    hidden: [400, 400],
    secondHidden: [400],
    dropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const first = factorizedBlock(nn.in("block"), gatedFields(nn.in("gate"), e).flatten(1), o.hidden, o);
    const second = factorizedBlock(nn.in("block"), e.flatten(1), o.secondHidden, o);
    const logit = first.add(second).mul(0.5);
    const teacher = stopGradient(logit.sigmoid());
    return { logit, auxiliaryLoss: bceWithLogits(first, teacher).add(bceWithLogits(second, teacher)) };
  },
});

/** The fields, and the fields times gates that each is a linear map over all of them: [batch, field, dim] to [batch, 2 field, dim]. */
function gatedFields(nn: Layers, e: Tensor): Tensor {
  const count = Number(e.shape[1]);
  const weight = nn.parameter("weight", [count, count], { kind: "constant", value: 0 });
  const bias = nn.parameter("bias", [count], { kind: "constant", value: 1 });
  const gates = e.transpose().matmul(weight).add(bias).transpose();
  return concat([e, e.mul(gates)], 1);
}

/** Factorized layers with batch norm (if on), ReLU and dropout, then one logit: [batch, n] to [batch]. */
function factorizedBlock(
  nn: Layers,
  input: Tensor,
  hidden: readonly number[],
  options: { dropout: number; batchNorm: boolean },
): Tensor {
  const last = hidden.reduce((x, width) => {
    const y = multiplyHalves(nn.linear(x, width));
    return nn.dropout((options.batchNorm ? nn.batchNorm(y) : y).relu(), options.dropout);
  }, input);
  return nn.linear(last, 1).squeeze(1);
}

/** The first half of the units, and beside it the product of both halves: [batch, 2 n] to the same. */
export function multiplyHalves(x: Tensor): Tensor {
  const half = Number(x.shape[1]) / 2;
  if (!Number.isInteger(half)) {
    throw new HeedError("option", `a layer of ${x.shape[1]} units has no halves`, "use even widths");
  }
  const first = x.slice(1, 0, half);
  return concat([first, first.mul(x.slice(1, half))], 1);
}
