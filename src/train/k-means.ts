import { HeedError } from "../core/errors.js";
import { random, shuffle } from "../core/random.js";
import { compile, input, type Program } from "../tensor/index.js";

export interface KMeansOptions {
  clusters: number;
  seed: number;
  /** Steps of Lloyd's algorithm; the default is 20. */
  iterations?: number;
  /** Starts from other centroids, of which the best result is kept; the default is 5. */
  restarts?: number;
  /** More points than this for each centroid are sampled down; the default is 4096. */
  pointsPerCluster?: number;
}

export interface Clusters {
  /** [clusters, dim]. */
  centroids: Float32Array;
  /** Mean squared distance of the points (after sampling) to their centroids. */
  error: number;
}

/** Rows whose distances are worked out in one product. */
const chunk = 4096;

/**
 * k-means (Lloyd 1982): centroids that start at points drawn from the seed. One that lost all its points moves beside the one
 * that has most. With fewer points than clusters the spare centroids repeat points. Errors: "clusters" for options or
 * points that cannot be meant.
 */
export async function kMeans(points: Float32Array, dim: number, options: KMeansOptions): Promise<Clusters> {
  const { clusters, seed, iterations = 20, restarts = 5, pointsPerCluster = 4096 } = options;
  for (const [name, value] of Object.entries({ clusters, iterations, restarts, pointsPerCluster, dim })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new HeedError("clusters", `${name} is ${value}`, "give a whole number from 1");
  }
  if (points.length === 0 || points.length % dim !== 0)
    throw new HeedError(
      "clusters",
      `${points.length} numbers are no points of ${dim}`,
      "give at least one whole point",
    );
  if (!points.every(Number.isFinite))
    throw new HeedError("clusters", "a point is not finite", "look for NaN or infinite values");
  const sampled = sample(points, dim, clusters * pointsPerCluster, seed);
  const nearest = await openNearest(dim, clusters);
  let best: Clusters | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const found = await lloyd(
      sampled,
      dim,
      start(sampled, dim, clusters, seed, restart),
      iterations,
      nearest.find,
    );
    if (!best || found.error < best.error) best = found;
  }
  await nearest.release();
  return best!;
}

/** At most `most` points, drawn without replacement. */
function sample(points: Float32Array, dim: number, most: number, seed: number): Float32Array {
  const count = points.length / dim;
  if (count <= most) return points;
  const order = Int32Array.from({ length: count }, (_, i) => i);
  shuffle(order, random(seed, "k-means-sample"));
  return rowsAt(points, dim, order.subarray(0, most));
}

/** Different points, drawn without replacement; repeated in turn when there are too few. */
function start(
  points: Float32Array,
  dim: number,
  clusters: number,
  seed: number,
  restart: number,
): Float32Array {
  const order = Int32Array.from({ length: points.length / dim }, (_, i) => i);
  shuffle(order, random(seed, "k-means", restart));
  return rowsAt(
    points,
    dim,
    Int32Array.from({ length: clusters }, (_, i) => order[i % order.length]!),
  );
}

function rowsAt(points: Float32Array, dim: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => {
    out.set(points.subarray(row * dim, (row + 1) * dim), i * dim);
  });
  return out;
}

type FindNearest = (points: Float32Array, centroids: Float32Array, out: Int32Array) => Promise<number>;

async function lloyd(
  points: Float32Array,
  dim: number,
  centroids: Float32Array,
  iterations: number,
  findNearest: FindNearest,
): Promise<Clusters> {
  const assigned = new Int32Array(points.length / dim);
  for (let iteration = 0; iteration < iterations; iteration++) {
    await findNearest(points, centroids, assigned);
    moveToMeans(points, dim, assigned, centroids);
  }
  return { centroids, error: await findNearest(points, centroids, assigned) };
}

function moveToMeans(points: Float32Array, dim: number, assigned: Int32Array, centroids: Float32Array): void {
  const clusters = centroids.length / dim;
  const sums = new Float64Array(centroids.length);
  const counts = new Int32Array(clusters);
  assigned.forEach((cluster, i) => {
    counts[cluster]!++;
    for (let k = 0; k < dim; k++) sums[cluster * dim + k]! += points[i * dim + k]!;
  });
  for (let cluster = 0; cluster < clusters; cluster++) {
    const count = counts[cluster]!;
    if (count > 0)
      for (let k = 0; k < dim; k++) centroids[cluster * dim + k] = sums[cluster * dim + k]! / count;
  }
  for (let cluster = 0; cluster < clusters; cluster++) {
    if (counts[cluster] === 0) split(centroids, dim, counts, cluster);
  }
}

/** Puts an empty cluster and the largest one a little to either side of the largest one's centroid. */
function split(centroids: Float32Array, dim: number, counts: Int32Array, empty: number): void {
  let largest = 0;
  for (let cluster = 1; cluster < counts.length; cluster++) {
    if (counts[cluster]! > counts[largest]!) largest = cluster;
  }
  if (counts[largest]! < 2) return;
  for (let k = 0; k < dim; k++) {
    const value = centroids[largest * dim + k]!;
    const shift = (k % 2 === 0 ? value : -value) / 1024;
    centroids[empty * dim + k] = value + shift;
    centroids[largest * dim + k] = value - shift;
  }
  counts[empty] = Math.floor(counts[largest]! / 2);
  counts[largest]! -= counts[empty]!;
}

/** Finds each point's nearest centroid, ties by the lower number, and returns the mean squared distance. */
async function openNearest(
  dim: number,
  clusters: number,
): Promise<{ find: FindNearest; release: Program["release"] }> {
  const points = input("points", "float32", ["batch", dim]);
  const centroids = input("centroids", "float32", [clusters, dim]);
  // Of |x - c|^2 = |x|^2 - 2 (x c - |c|^2 / 2) the first term is the same for all centroids.
  const closeness = points
    .matmul(centroids, { transposeRight: true })
    .sub(centroids.square().sum(-1).mul(0.5));
  const program = await compile({ closeness });
  return {
    release: () => program.release(),
    async find(all, centers, out) {
      let total = 0;
      for (let first = 0; first < out.length; first += chunk) {
        const data = all.subarray(first * dim, (first + chunk) * dim);
        const rows = data.length / dim;
        const result = await program.run({
          points: { data, shape: [rows, dim] },
          centroids: { data: centers, shape: [clusters, dim] },
        });
        const close = result.closeness!.data as Float32Array;
        for (let i = 0; i < rows; i++) {
          let best = 0;
          let most = close[i * clusters]!;
          for (let cluster = 1; cluster < clusters; cluster++) {
            const value = close[i * clusters + cluster]!;
            if (value > most) {
              best = cluster;
              most = value;
            }
          }
          out[first + i] = best;
          let square = 0;
          for (let k = 0; k < dim; k++) square += data[i * dim + k]! ** 2;
          total += Math.max(0, square - 2 * most);
        }
      }
      return total / out.length;
    },
  };
}
