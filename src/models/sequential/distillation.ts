import { type Tensor, withGradient } from "../../tensor/index.js";

/** The teacher of some rows: one value everywhere, and what single classes have above it. */
export interface SparseTeacher {
  /** [heads]. */
  floors: Tensor;
  /** [pairs]: the row, the class and the excess of each. */
  heads: Tensor;
  classes: Tensor;
  excesses: Tensor;
}

/**
 * Cross-entropy of a student softmax(heads [heads, dim] times table [classes, dim] transposed / temperature) against a
 * sparse teacher, the mean over the heads. -sum p log r = log sum exp(s) - sum p s, and of the second sum the floor's share
 * is one product with the sum of the table: no dense teacher is needed.
 */
export function distillation(
  heads: Tensor,
  table: Tensor,
  teacher: SparseTeacher,
  temperature: number,
): Tensor {
  const scaled = heads.mul(1 / temperature);
  const floor = scaled.mul(table.sum(0)).sum(-1).mul(teacher.floors);
  const pairs = scaled
    .gather(teacher.heads)
    .mul(table.gather(teacher.classes))
    .sum(-1)
    .mul(teacher.excesses)
    .scatterAdd(teacher.heads, heads.shape[0]!);
  return logPartition(scaled, table).sub(floor).sub(pairs).mean();
}

/** log sum exp of each row of rows [rows, dim] times table transposed; [rows, classes] is passed over by the softmax alone. */
function logPartition(rows: Tensor, table: Tensor): Tensor {
  const logits = rows.matmul(table, { transposeRight: true });
  const probabilities = logits.softmax(-1);
  const value = logits.max(-1).sub(probabilities.max(-1).log());
  return withGradient(value, [rows, table], (g) => {
    const scale = g.unsqueeze(-1);
    return [
      probabilities.matmul(table).mul(scale),
      probabilities.matmul(rows.mul(scale), { transposeLeft: true }),
    ];
  });
}
