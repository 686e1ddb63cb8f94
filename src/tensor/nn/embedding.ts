import { HeedError, nearest } from "../../core/errors.js";
import { take } from "../ops/gather.js";
import { checkCount } from "../shape.js";
import { constant, inputName, isInput, type Tensor } from "../tensor.js";
import { type Initializer, parameter, type Scope, sparseTable } from "./scope.js";

/** Categorical fields of a batch as one matrix of row ids in one shared table. */
export interface Fields {
  /** [batch, field], each field's ids already shifted to its own range of rows. */
  ids: Tensor;
  /** Rows over all fields. */
  rows: number;
  names: readonly string[];
  /** Rows of each field, in the order of `names`. */
  sizes: readonly number[];
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

/**
 * Embeds the named fields alone, from a table of their rows: [batch, named, dim]. A lazy table, which is read by a column
 * of the batch, holds the rows of every field.
 */
export function embedSome(scope: Scope, fields: Fields, names: readonly string[], dim: number): Tensor {
  const places = fieldPlaces(fields, names);
  if (scope.declared.embeddings === "lazy") return take(embed(scope, fields, dim), 1, places);
  const sizes = places.map((place) => fields.sizes[place]!);
  const shifts = places.map((place, i) => total(sizes.slice(0, i)) - total(fields.sizes.slice(0, place)));
  const ids = take(fields.ids, 1, places).add(constant("int32", [places.length], shifts));
  return embedding(scope, ids, total(sizes), dim);
}

/** The place of each named field; a name that is not a field is an error. */
export function fieldPlaces(fields: Fields, names: readonly string[]): number[] {
  return names.map((name) => {
    const place = fields.names.indexOf(name);
    if (place >= 0) return place;
    const near = nearest(name, fields.names);
    throw new HeedError(
      "field",
      `there is no field "${name}"`,
      near ? `did you mean "${near}"?` : `the fields are ${fields.names.join(", ")}`,
    );
  });
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}
