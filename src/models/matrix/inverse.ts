import { HeedError } from "../../core/errors.js";
import { compile, input, type Program } from "../../tensor/index.js";

/** Columns that are eliminated at once: wide enough for a fast matrix product, narrow enough to be inverted by a loop. */
const blockSize = 256;
/** Rows that one product updates, which bounds the memory beside the two matrices. */
const stripe = 4096;

/**
 * Inverts a symmetric positive definite matrix [size, size], row-major, by block Gauss-Jordan elimination: nearly all
 * arithmetic is matrix products, 2 size^3 operations in float32. The pivot blocks are inverted in float64 by Cholesky's
 * factors. `matrix` is overwritten: it and one more of its size is all the memory used beside a stripe.
 * Errors: "matrix" when it is not positive definite.
 */
export async function invertPositiveDefinite(matrix: Float32Array, size: number): Promise<Float32Array> {
  if (matrix.length !== size * size)
    throw new HeedError(
      "matrix",
      `${matrix.length} numbers are no ${size} x ${size} matrix`,
      "give a square matrix",
    );
  const eliminate = await compileElimination(size);
  let from = matrix;
  let to: Float32Array = new Float32Array(matrix.length);
  try {
    for (let start = 0; start < size; start += blockSize) {
      const width = Math.min(blockSize, size - start);
      const pivot = invertBlock(from, size, start, width);
      const panel = await eliminate.panel(pivot, from, start, width);
      const factors = takeColumns(from, size, start, width);
      await eliminate.rows(from, factors, panel, width, to);
      to.set(panel, start * size);
      [from, to] = [to, from];
    }
  } finally {
    await eliminate.release();
  }
  return from;
}

/** The two products of a step: the pivot's rows, and what they take off all others. */
async function compileElimination(size: number) {
  const square = input("pivot", "float32", ["width", "width"]);
  const row = input("rows", "float32", ["width", size]);
  const rows = input("rows", "float32", ["stripe", size]);
  const factors = input("factors", "float32", ["stripe", "width"]);
  const panel = input("panel", "float32", ["width", size]);
  const programs: Record<"panel" | "update", Program> = {
    panel: await compile({ panel: square.matmul(row) }),
    update: await compile({ updated: rows.sub(factors.matmul(panel)) }),
  };
  return {
    async panel(
      pivot: Float32Array,
      from: Float32Array,
      start: number,
      width: number,
    ): Promise<Float32Array> {
      const known = from.subarray(start * size, (start + width) * size);
      const { panel } = await programs.panel.run({
        pivot: { data: pivot, shape: [width, width] },
        rows: { data: known, shape: [width, size] },
      });
      const data = panel!.data as Float32Array;
      // In the pivot's own columns stands the inverse, not the product.
      for (let i = 0; i < width; i++) data.set(pivot.subarray(i * width, (i + 1) * width), i * size + start);
      return data;
    },
    async rows(
      from: Float32Array,
      factors: Float32Array,
      panel: Float32Array,
      width: number,
      to: Float32Array,
    ): Promise<void> {
      for (let first = 0; first < size; first += stripe) {
        const end = Math.min(size, first + stripe);
        const shape = [end - first, size];
        await programs.update.run(
          {
            rows: { data: from.subarray(first * size, end * size), shape },
            factors: { data: factors.subarray(first * width, end * width), shape: [end - first, width] },
            panel: { data: panel, shape: [width, size] },
          },
          { updated: to.subarray(first * size, end * size) },
        );
      }
    },
    async release(): Promise<void> {
      await programs.panel.release();
      await programs.update.release();
    },
  };
}

/** Takes the pivot's columns out: what is left of them is zero, so that the product writes the inverse's in their place. */
function takeColumns(matrix: Float32Array, size: number, start: number, width: number): Float32Array {
  const taken = new Float32Array(size * width);
  for (let i = 0; i < size; i++) {
    const columns = matrix.subarray(i * size + start, i * size + start + width);
    taken.set(columns, i * width);
    columns.fill(0);
  }
  return taken;
}

/** The inverse of a diagonal block: with A = L L', it is (L^-1)' L^-1. */
function invertBlock(matrix: Float32Array, size: number, start: number, width: number): Float32Array {
  const lower = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum: number = matrix[(start + i) * size + start + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * width + k]! * lower[j * width + k]!;
      if (i !== j) lower[i * width + j] = sum / lower[j * width + j]!;
      else if (sum > 0) lower[i * width + i] = Math.sqrt(sum);
      else
        throw new HeedError(
          "matrix",
          `the matrix is not positive definite: pivot ${start + i} is ${sum}`,
          "give a larger penalty",
        );
    }
  }
  // Row i of `root` is row i of L^-1.
  const root = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    const own = i * width;
    for (let k = 0; k < i; k++) {
      const factor = lower[own + k]!;
      if (factor === 0) continue;
      for (let j = 0; j <= k; j++) root[own + j] = root[own + j]! - factor * root[k * width + j]!;
    }
    const diagonal = lower[own + i]!;
    for (let j = 0; j < i; j++) root[own + j] = root[own + j]! / diagonal;
    root[own + i] = 1 / diagonal;
  }
  const inverse = new Float64Array(width * width);
  for (let k = 0; k < width; k++) {
    for (let i = 0; i <= k; i++) {
      const factor = root[k * width + i]!;
      for (let j = 0; j <= k; j++)
        inverse[i * width + j] = inverse[i * width + j]! + factor * root[k * width + j]!;
    }
  }
  return Float32Array.from(inverse);
}
