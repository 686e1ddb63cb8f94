import { HeedError } from "../../core/errors.js";
import { random, shuffle } from "../../core/random.js";
import { constant } from "../../tensor/index.js";
import { type FeatureMatrix, nearestNeighbours } from "./neighbours.js";
import { entryRows, type SparseMatrix, scaled, sparseMatrix, timesVector, transposed } from "./sparse.js";
import { type Hop, productHop } from "./sparse-product.js";

/**
 * Which hyperedges each item lies on, [items, modalities * items]: hyperedge (m, j) holds the items that count j among their
 * nearest in modality m. Errors: "features" without modalities, or when they are of different numbers of items.
 */
export function itemHyperedges(modalities: readonly FeatureMatrix[], neighbours: number): SparseMatrix {
  const near = modalities.map((features) => nearestNeighbours(features, neighbours));
  const items = near[0]?.height;
  if (items === undefined || near.some(({ height }) => height !== items)) {
    throw new HeedError(
      "features",
      `the modalities are of ${near.map(({ height }) => height).join(" and ") || "no"} items`,
      "give at least one, each with a row for every item",
    );
  }
  return sparseMatrix(
    items,
    items * near.length,
    near.flatMap((matrix) => [...entryRows(matrix)]),
    near.flatMap((matrix, m) => Array.from(matrix.columns, (column) => m * items + column)),
  );
}

/**
 * One hop over nodes that share hyperedges: D^-1/2 H H^T D^-1/2 with D the row sums of H H^T. It is applied as two sparse
 * products, so H H^T, which may be dense, never exists.
 */
export function sharedHyperedges(incidence: SparseMatrix): Hop {
  const flipped = transposed(incidence);
  const ones = new Float64Array(incidence.height).fill(1);
  const degrees = timesVector(incidence, timesVector(flipped, ones));
  const factors = degrees.map((degree) => (degree > 0 ? 1 / Math.sqrt(degree) : 0));
  const scattering = scaled(incidence, factors);
  const [scatter, collect] = [productHop(scattering), productHop(transposed(scattering))];
  return (x) => scatter(collect(x));
}

/**
 * One hop over users who share items: D^-1 (R R^T without its diagonal) with D its row sums; a user who shares nothing gets
 * zeros. Applied as two sparse products.
 */
export function sharedItems(interactions: SparseMatrix): Hop {
  const flipped = transposed(interactions);
  const { height } = interactions;
  const own = timesVector(
    { ...interactions, values: interactions.values.map((v) => v * v) },
    new Float64Array(interactions.width).fill(1),
  );
  const all = timesVector(interactions, timesVector(flipped, new Float64Array(height).fill(1)));
  const inverse = all.map((total, user) => (total > own[user]! ? 1 / (total - own[user]!) : 0));
  const [scatter, collect] = [productHop(scaled(interactions, inverse)), productHop(flipped)];
  const diagonal = own.map((value, user) => value * inverse[user]!);
  return (x) => scatter(collect(x)).sub(x.mul(constant(x.dtype, [height, 1], diagonal)));
}

/** At most `cap` users of each item, drawn by the seed, so that an item that everybody has ties not everybody together. */
export function cappedItems(interactions: SparseMatrix, cap: number, seed: number): SparseMatrix {
  if (!(Number.isInteger(cap) && cap >= 1))
    throw new HeedError("sparse", `the cap is ${cap}`, "give a whole number of users from 1");
  const { height, width, offsets, columns, values } = transposed(interactions);
  const kept: { user: number; item: number; value: number }[] = [];
  for (let item = 0; item < height; item++) {
    const places = Array.from({ length: offsets[item + 1]! - offsets[item]! }, (_, i) => offsets[item]! + i);
    if (places.length > cap) shuffle(places, random(seed, "capped-items", item));
    for (const at of places.slice(0, cap)) kept.push({ user: columns[at]!, item, value: values[at]! });
  }
  return sparseMatrix(
    width,
    height,
    kept.map(({ user }) => user),
    kept.map(({ item }) => item),
    kept.map(({ value }) => value),
  );
}
