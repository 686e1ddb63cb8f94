import { HeedError } from "../../core/errors.js";
import { random } from "../../core/random.js";
import type { FeatureMatrix } from "../graph/neighbours.js";
import { type SparseMatrix, timesVector, transposed } from "../graph/sparse.js";

/** Directions beyond those asked for, which sharpen the last ones, and passes over the matrix. */
const [oversampling, passes] = [10, 6];

/**
 * The rows of a sparse matrix in its `dim` strongest directions, U S of the truncated singular value decomposition, by
 * randomised subspace iteration (Halko, Martinsson and Tropp 2011), the same for a seed. Columns beyond the matrix's rank are
 * zeros. The sign of a direction is that of its largest part.
 */
export function truncatedSvd(matrix: SparseMatrix, dim: number, seed: number): FeatureMatrix {
  if (!(Number.isInteger(dim) && dim >= 1))
    throw new HeedError("svd", `dim is ${dim}`, "give a whole number from 1");
  const { height, width } = matrix;
  const flipped = transposed(matrix);
  const count = Math.min(dim + oversampling, width, height);
  const source = random(seed, "truncated-svd");
  let basis: Float64Array[] = Array.from({ length: count }, () =>
    Float64Array.from({ length: width }, () => source.normal()),
  );
  for (let pass = 0; pass < passes; pass++) {
    const images = orthonormal(basis.map((column) => timesVector(matrix, column)));
    basis = orthonormal(images.map((column) => timesVector(flipped, column)));
  }
  const images = basis.map((column) => timesVector(matrix, column));
  const { values, vectors } = symmetricEigen(images.map((a) => images.map((b) => dot(a, b))));
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!).slice(0, dim);
  const result = new Float64Array(height * dim);
  order.forEach((which, d) => {
    const direction = combined(basis, vectors[which]!);
    const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const image = combined(images, vectors[which]!);
    for (let row = 0; row < height; row++) result[row * dim + d] = largest < 0 ? -image[row]! : image[row]!;
  });
  return { dim, values: result };
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function combined(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(columns[0]!.length);
  columns.forEach((column, c) => {
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weights[c]! * column[i]!;
  });
  return sum;
}

/** Gram-Schmidt, twice over for accuracy; a column that depends on those before it becomes zeros. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const column of columns) {
    const rest = column.slice();
    const before = Math.sqrt(dot(rest, rest));
    for (let round = 0; round < 2; round++) {
      for (const other of done) {
        const share = dot(rest, other);
        for (let i = 0; i < rest.length; i++) rest[i] = rest[i]! - share * other[i]!;
      }
    }
    const norm = Math.sqrt(dot(rest, rest));
    done.push(norm > 1e-10 * before ? rest.map((value) => value / norm) : rest.fill(0));
  }
  return done;
}

/** Eigenvalues and eigenvectors of a symmetric matrix, by cyclic Jacobi rotations; vector `i` belongs to value `i`. */
function symmetricEigen(rows: readonly (readonly number[])[]): {
  values: Float64Array;
  vectors: Float64Array[];
} {
  const a = rows.map((row) => Float64Array.from(row));
  const n = a.length;
  const vectors = a.map((_, i) => Float64Array.from({ length: n }, (__, j) => Number(i === j)));
  const scale = Math.max(...a.map((row, i) => Math.abs(row[i]!)));
  for (let sweep = 0; sweep < 50; sweep++) {
    let moved = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = a[p]![q]!;
        if (Math.abs(off) <= 1e-14 * scale) continue;
        moved = true;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) [a[k]![p], a[k]![q]] = rotated(a[k]![p]!, a[k]![q]!, c, s);
        rotateRows(a[p]!, a[q]!, c, s);
        rotateRows(vectors[p]!, vectors[q]!, c, s);
      }
    }
    if (!moved) break;
  }
  return { values: Float64Array.from(a, (row, i) => row[i]!), vectors };
}

function rotated(x: number, y: number, c: number, s: number): [number, number] {
  return [c * x - s * y, s * x + c * y];
}

function rotateRows(p: Float64Array, q: Float64Array, c: number, s: number): void {
  for (let k = 0; k < p.length; k++) [p[k], q[k]] = rotated(p[k]!, q[k]!, c, s);
}
