import { HeedError } from "../../core/errors.js";
import { checkCount } from "../shape.js";
import { inputName, isInput, type Tensor } from "../tensor.js";
import { type Initializer, parameter, type Scope, sparseTable } from "./scope.js";

/** Categorical fields of a batch as one matrix of row ids in one shared table. */
export interface Fields {
  /** [batch, field], each field's ids already shifted to its own range of rows. */
  ids: Tensor;
  /** Rows over all fields. */
  rows: number;
  names: readonly string[];
}

const small: Initializer = { kind: "normal", deviation: 1e-4 };

/**
 * The rows of a table, [...ids, dim]. In exact mode the table is a parameter of the graph; in lazy mode it stays
 * outside, and only the rows of the batch are fed and updated.
 */
export function embedding(
  scope: Scope,
  ids: Tensor,
  rows: number,
  dim: number,
  options: { name?: string; initializer?: Initializer } = {},
): Tensor {
  checkCount("embedding", "rows", rows);
  checkCount("embedding", "dim", dim);
  let name = options.name ?? "embedding";
  for (let n = 2; scope.taken.has(name); n++) name = `${options.name ?? "embedding"}${n}`;
  const initializer = options.initializer ?? small;
  if (scope.declared.embeddings === "lazy") {
    if (!isInput(ids)) {
      throw new HeedError(
        "graph",
        `lazy table "${name}" is read by computed ids (${ids})`,
        "read it by a batch column, or use exact mode",
      );
    }
    return sparseTable(scope, name, { name: inputName(ids), shape: ids.shape }, rows, dim, initializer);
  }
  return parameter(scope, name, [rows, dim], initializer, "embedding").gather(ids);
}

/** Embeds every field: [batch, field, dim]. */
export function embed(scope: Scope, fields: Fields, dim: number): Tensor {
  return embedding(scope, fields.ids, fields.rows, dim);
}
