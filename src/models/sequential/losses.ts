import { HeedError } from "../../core/errors.js";
import { constant, linearCrossEntropies, type Tensor } from "../../tensor/index.js";
import type { Targets } from "./task.js";

/** The losses [tokens] of states [tokens, dim] against their targets, items being the rows 1.. of the table. */
export type TargetLoss = (states: Tensor, table: Tensor, targets: Targets) => Tensor;

/** Cross-entropy over the whole catalogue. Row 0 is padding and no class: the first item is class 0. */
export const catalogueLoss: TargetLoss = (states, table, { items }) =>
  linearCrossEntropies(states, table.slice(0, 1), items.sub(1));

/** What a loss samples: how many items, and whether all tokens of a batch share them. */
export interface Sampling {
  count: number;
  shared: boolean;
}

export interface LossOptions {
  /**
   * "cross-entropy" over the whole catalogue, "sampled" softmax, "gbce" (Petrov & Macdonald 2023), or "bce" with one unseen
   * item a position, as Kang & McAuley 2018.
   */
  loss: string;
  /** Items sampled by "sampled" and "gbce". */
  negatives: number;
  /** One sample for a whole batch, which costs little; else one a position. "bce" has its own. */
  shared: boolean;
  /** gBCE's t: 0 is plain binary cross-entropy, 1 undoes the overconfidence that sampling brings. */
  calibration: number;
}

/** The default: full cross-entropy; the others as gSASRec has them. */
export const lossDefaults: LossOptions = {
  loss: "cross-entropy",
  negatives: 256,
  shared: true,
  calibration: 0.75,
};

/** What must be sampled for a loss; null where nothing is. Errors: HeedError "option" for a loss there is not. */
export function samplingOf({ loss, negatives, shared }: LossOptions): Sampling | null {
  switch (loss) {
    case "cross-entropy":
      return null;
    case "bce":
      return { count: 1, shared: false };
    case "sampled":
    case "gbce":
      if (Number.isInteger(negatives) && negatives >= 1) return { count: negatives, shared };
      throw new HeedError("option", `negatives is ${negatives}`, "give a whole number from 1");
    default:
      throw new HeedError(
        "option",
        `there is no loss "${loss}"`,
        'give "cross-entropy", "sampled", "gbce" or "bce"',
      );
  }
}

/** The loss that the options name, over a catalogue of `items`. */
export function lossOf(o: LossOptions, items: number): TargetLoss {
  const sampling = samplingOf(o);
  if (!sampling) return catalogueLoss;
  const { count, shared } = sampling;
  const beta = o.loss === "bce" ? 1 : calibrate(count, items, o.calibration);
  return (states, table, targets) => {
    const positive = states.mul(table.gather(targets.items)).sum(-1);
    const sampled = shared ? targets.shared : targets.own;
    const negative = shared
      ? states.matmul(table.gather(sampled), { transposeRight: true })
      : states.unsqueeze(1).mul(table.gather(sampled)).sum(-1);
    // An item that is the target itself says nothing against it.
    const hit = targets.items.unsqueeze(1).equal(shared ? sampled.unsqueeze(0) : sampled);
    const masked = hit.where(constant(negative.dtype, [], [-1e9]), negative);
    return o.loss === "sampled"
      ? sampledSoftmax(positive, masked)
      : generalisedBce(positive, masked, beta, count);
  };
}

/** gBCE's beta for k sampled of a catalogue and calibration t in [0, 1] (Petrov & Macdonald 2023, eq. 18). */
export function calibrate(negatives: number, items: number, t: number): number {
  if (!(t >= 0 && t <= 1)) throw new HeedError("option", `calibration is ${t}`, "give a number from 0 to 1");
  const alpha = Math.min(1, negatives / Math.max(1, items - 1));
  return alpha * (t * (1 - 1 / alpha) + 1 / alpha);
}

/**
 * Generalised binary cross-entropy: -(log sigmoid(s+)^beta + sum log(1 - sigmoid(s-))) / (k + 1), one a row, of
 * positive logits [rows] and negative logits [rows, k]. Written with softplus, which neither overflows nor loses digits.
 */
export function generalisedBce(positive: Tensor, negative: Tensor, beta: number, count: number): Tensor {
  const losses = positive.neg().softplus().mul(beta).add(negative.softplus().sum(-1));
  return losses.mul(1 / (count + 1));
}

/** -log(exp(s+) / (exp(s+) + sum exp(s-))), one a row, whatever the number of samples. */
function sampledSoftmax(positive: Tensor, negative: Tensor): Tensor {
  return negative.logSumExp(-1).sub(positive).softplus();
}
