import { HeedError } from "../../core/errors.js";
import { input, type Tensor } from "../../tensor/index.js";
import type { Task } from "../model.js";
import type { JointData } from "./joint-events.js";

interface JointResult {
  loss: Tensor;
  /** Final vectors of all `users`, where the model knows them, and of all `items`. */
  outputs: { users?: Tensor; items: Tensor };
  /** Scores of pairs: `search` and, where the model has that scene, `recommendation`. */
  probes: Readonly<Record<string, Tensor>>;
}

/** Events of two scenes, search and recommendation; the model brings its own losses. */
export const joint: Task<JointData, { data: JointData }, JointResult> = {
  name: "joint",
  inputs(data) {
    if (data.events.user.length === 0)
      throw new HeedError("empty", "there are no events", "give at least one to learn from");
    return { data };
  },
  finish: (result) => ({ ...result, outputs: { ...result.outputs } }),
};

const column = (name: string, width?: number) =>
  input(name, "int32", width === undefined ? ["batch"] : ["batch", width]);

/** The columns of a training batch that every model of two scenes reads. */
export function jointBatch({ queryWidth }: JointData) {
  return {
    user: column("user"),
    item: column("item"),
    negative: column("negative"),
    query: column("query", queryWidth),
    isSearch: column("search").equal(1),
  };
}

/** The columns of pairs to be scored, with the final vectors of each pair's user and item, which are fed back whole. */
export function jointPairs({ users, items, queryWidth }: JointData, dim: number, dtype: Tensor["dtype"]) {
  const [user, item] = [column("user"), column("item")];
  return {
    user,
    item,
    query: column("query", queryWidth),
    users: input("vectors.users", dtype, [users, dim]).gather(user),
    items: input("vectors.items", dtype, [items, dim]).gather(item),
  };
}
