import { concat } from "../ops/index.js";
import { shapeError } from "../shape.js";
import { constant, type Tensor } from "../tensor.js";

/**
 * InfoNCE (van den Oord et al. 2018) between two views of each row, [rows, dim]: of the 2 * rows vectors, a row's partner
 * is its positive and the others are its negatives. Similarity is the dot product over `temperature`. With `labels` [rows]
 * (int32), a row that bears the same label is no negative (false-negative masking, Qin et al. 2024); where all labels
 * are equal the loss is exactly 0. The mean over the 2 * rows vectors.
 */
export function contrast(
  first: Tensor,
  second: Tensor,
  options: { labels?: Tensor; temperature?: number } = {},
): Tensor {
  const { labels, temperature = 1 } = options;
  if (!(temperature > 0))
    throw shapeError("contrast", `the temperature is ${temperature}`, "give a positive number");
  const all = concat([first, second], 0);
  const similarity = all.matmul(all, { transposeRight: true }).mul(1 / temperature);
  const numbers = rowNumbers(first);
  const self = outerEqual(rowNumbers(all));
  const partner = outerEqual(concat([numbers, numbers], 0)).and(self.not());
  const hidden = labels ? outerEqual(concat([labels, labels], 0)).and(partner.not()) : self;
  const low = constant(all.dtype, [], [-1e9]);
  const positive = partner.where(similarity, 0).sum(-1);
  return hidden.where(low, similarity).logSumExp(-1).sub(positive).mean();
}

/** 0, 1, 2, ... one for each row. */
function rowNumbers(rows: Tensor): Tensor {
  return rows.at(1, 0).equal(rows.at(1, 0)).cast("int32").cumulativeSum(0, { exclusive: true });
}

function outerEqual(values: Tensor): Tensor {
  return values.unsqueeze(1).equal(values.unsqueeze(0));
}
