import { HeedError } from "../../core/errors.js";
import { bpr, input, type Tensor } from "../../tensor/index.js";
import type { Task } from "../model.js";
import type { FeatureMatrix } from "./neighbours.js";
import type { SparseMatrix } from "./sparse.js";

/** Who took what, as a graph to learn from. Users and items are numbered from 0; only training interactions belong here. */
export interface PairData {
  /** [users, items]. */
  interactions: SparseMatrix;
  /** Frozen features of the items, a matrix a modality, for models that read them. */
  modalities?: readonly FeatureMatrix[];
}

export interface PairInputs {
  data: PairData;
  users: number;
  items: number;
}

export interface PairResult {
  /** Final vectors of all users and of all items; a score is a product of two. */
  users: Tensor;
  items: Tensor;
  /** The vectors whose squares are penalised, of the batch's nodes: the same, or those that training started from. */
  penalized: { users: Tensor; items: Tensor };
  /** The penalty: (strength / 2) * sum of squares / batch. */
  strength: number;
  auxiliaryLoss?: Tensor;
}

/**
 * Pairs of a taken and a not taken item: BPR (Rendle et al. 2009) over the final vectors of a graph, which is propagated whole
 * at every step. Batches feed `user`, `positive` and `negative`; inference gives all `users` and `items`.
 */
export const pairs: Task<PairData, PairInputs, PairResult> = {
  name: "pairs",
  inputs(data) {
    const { height: users, width: items, columns } = data.interactions;
    if (columns.length === 0)
      throw new HeedError("empty", "there are no interactions", "give at least one to learn from");
    return { data, users, items };
  },
  finish({ users, items, penalized, strength, auxiliaryLoss }) {
    const [user, positive, negative] = ["user", "positive", "negative"].map((name) =>
      input(name, "int32", ["batch"]),
    ) as [Tensor, Tensor, Tensor];
    const score = (item: Tensor) => users.gather(user).mul(items.gather(item)).sum(1);
    const squares = [
      penalized.users.gather(user),
      penalized.items.gather(positive),
      penalized.items.gather(negative),
    ].map((rows) => rows.square().sum(1).mean());
    const penalty = squares.reduce((sum, part) => sum.add(part)).mul(strength / 2);
    const loss = bpr(score(positive), score(negative)).add(penalty);
    return { loss: auxiliaryLoss ? loss.add(auxiliaryLoss) : loss, outputs: { users, items } };
  },
};
