import { HeedError } from "../../core/errors.js";
import { type SparseMatrix, sparseMatrix } from "./sparse.js";

/** One vector an item, row-major: a modality's frozen features. A row of zeros stands for an item without any. */
export interface FeatureMatrix {
  dim: number;
  values: Float32Array | Float64Array;
}

/**
 * The nearest items of each item by cosine, as a 0/1 matrix: row i has ones at itself and at its `neighbours - 1` nearest
 * others, ties by lower id. Others whose cosine is not above 0 are left out, and an item without features has itself alone.
 * One row of similarities is held at a time. Errors: "features" for values that are not finite or not whole rows.
 */
export function nearestNeighbours(features: FeatureMatrix, neighbours: number): SparseMatrix {
  if (!(Number.isInteger(neighbours) && neighbours >= 1))
    throw new HeedError("features", `neighbours is ${neighbours}`, "give a whole number from 1");
  const { unit, items } = unitRows(features);
  const { dim } = features;
  const rows: number[] = [];
  const columns: number[] = [];
  const similarity = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    for (let other = 0; other < items; other++) {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += unit[item * dim + d]! * unit[other * dim + d]!;
      similarity[other] = dot;
    }
    similarity[item] = Number.NEGATIVE_INFINITY;
    const nearest = largest(similarity, neighbours - 1).filter((other) => similarity[other]! > 0);
    for (const other of [item, ...nearest]) {
      rows.push(item);
      columns.push(other);
    }
  }
  return sparseMatrix(items, items, rows, columns);
}

/** The places of the `count` largest values, largest first, ties by lower place. */
function largest(values: Float64Array, count: number): number[] {
  const kept: number[] = [];
  for (let place = 0; place < values.length; place++) {
    let at = kept.length;
    while (at > 0 && values[kept[at - 1]!]! < values[place]!) at--;
    if (at >= count) continue;
    kept.splice(at, 0, place);
    if (kept.length > count) kept.pop();
  }
  return kept;
}

function unitRows({ dim, values }: FeatureMatrix): { unit: Float64Array; items: number } {
  const items = values.length / dim;
  if (!(Number.isInteger(dim) && dim >= 1 && Number.isInteger(items) && items >= 1)) {
    throw new HeedError(
      "features",
      `${values.length} feature values in rows of ${dim}`,
      "give whole rows, one an item",
    );
  }
  const unit = Float64Array.from(values);
  for (let item = 0; item < items; item++) {
    const row = unit.subarray(item * dim, (item + 1) * dim);
    const norm = Math.hypot(...row);
    if (!Number.isFinite(norm)) {
      throw new HeedError(
        "features",
        `the features of item ${item} are not finite numbers`,
        "give finite numbers; zeros where an item has none",
      );
    }
    if (norm > 0) for (let d = 0; d < dim; d++) row[d]! /= norm;
  }
  return { unit, items };
}
