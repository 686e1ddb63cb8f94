import { withGradient } from "../ops/with-gradient.js";
import { constant, type Tensor } from "../tensor.js";

/** Mean of `losses`, or their weighted mean; `weights` of the same shape, not all zero. */
function average(losses: Tensor, weights?: Tensor): Tensor {
  return weights ? losses.mul(weights).sum().div(weights.sum()) : losses.mean();
}

/** Binary cross-entropy of logits against labels in [0, 1], in the form that never overflows. */
export function bceWithLogits(logits: Tensor, labels: Tensor, weights?: Tensor): Tensor {
  const losses = logits.softplus().sub(logits.mul(labels));
  return average(
    withGradient(losses, [logits, labels], (g) => [g.mul(logits.sigmoid().sub(labels)), g.mul(logits).neg()]),
    weights,
  );
}

/** Cross-entropy of logits [rows, classes] against class ids [rows]. */
export function crossEntropy(logits: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  const losses = logits.logSoftmax(-1).gatherElements(targets.unsqueeze(-1)).squeeze(-1).neg();
  return average(losses, weights);
}

/**
 * Cross-entropy over a whole catalogue: logits are hidden [rows, dim] times table [classes, dim] transposed.
 * Equal to `crossEntropy(hidden.matmul(table transposed), targets)`, but the [rows, classes] matrix is passed over only by
 * the softmax: its gradient, softmax minus one-hot, is applied as two products and a scatter of single rows.
 */
export function linearCrossEntropy(hidden: Tensor, table: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  return average(linearCrossEntropies(hidden, table, targets), weights);
}

/** The losses [rows] of which `linearCrossEntropy` is the mean. */
export function linearCrossEntropies(hidden: Tensor, table: Tensor, targets: Tensor): Tensor {
  const logits = hidden.matmul(table, { transposeRight: true });
  const probabilities = logits.softmax(-1);
  const goal = table.gather(targets);
  // log p = (logit - largest logit) + log(largest p): the largest probability never underflows.
  const target = logits.gatherElements(targets.unsqueeze(-1)).squeeze(-1);
  const logProbability = target.sub(logits.max(-1)).add(probabilities.max(-1).log());
  return withGradient(logProbability.neg(), [hidden, table], (g) => {
    const scale = g.unsqueeze(-1);
    const scaled = hidden.mul(scale);
    return [
      probabilities.matmul(table).sub(goal).mul(scale),
      probabilities.matmul(scaled, { transposeLeft: true }).sub(scaled.scatterAdd(targets, table.shape[0]!)),
    ];
  });
}

/**
 * Cross-entropy against sampled negatives: positive logits [rows], negative logits [rows, negatives].
 * `correction` (log of each class's expected count, [rows] and [rows, negatives]) is subtracted when given.
 */
export function sampledCrossEntropy(
  positive: Tensor,
  negative: Tensor,
  options: { positiveCorrection?: Tensor; negativeCorrection?: Tensor; weights?: Tensor } = {},
): Tensor {
  const p = options.positiveCorrection ? positive.sub(options.positiveCorrection) : positive;
  const n = options.negativeCorrection ? negative.sub(options.negativeCorrection) : negative;
  // log(1 + sum exp(n - p)): a softmax in which the positive stands first.
  const difference = n.sub(p.unsqueeze(-1)).pad(-1, 1, 0);
  return average(difference.logSumExp(-1), options.weights);
}

/** Bayesian personalised ranking (Rendle et al. 2009): softplus(negative - positive). */
export function bpr(positive: Tensor, negative: Tensor, weights?: Tensor): Tensor {
  return average(negative.sub(positive).softplus(), weights);
}

/** InfoNCE (van den Oord et al. 2018) over cosine similarity: row i of `a` belongs to row i of `b`, the other rows are negatives. */
export function infoNce(a: Tensor, b: Tensor, rows: Tensor, temperature = 1): Tensor {
  const logits = a.l2Normalize().matmul(b.l2Normalize(), { transposeRight: true }).div(temperature);
  return crossEntropy(logits, rows);
}

export function meanSquaredError(predictions: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  return average(predictions.sub(targets).square(), weights);
}

/** ListNet (Cao et al. 2007): cross-entropy between the softmax of relevance and of scores, both [rows, list]. */
export function listwiseSoftmax(scores: Tensor, relevance: Tensor, padding?: Tensor): Tensor {
  const low = constant(scores.dtype, [], [-1e9]);
  const masked = padding ? padding.where(low, scores) : scores;
  const ideal = padding ? padding.where(low, relevance) : relevance;
  return ideal.softmax(-1).mul(masked.logSoftmax(-1)).sum(-1).neg().mean();
}
