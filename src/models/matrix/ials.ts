import { availableParallelism } from "node:os";
import { HeedError } from "../../core/errors.js";
import { random } from "../../core/random.js";
import { rowsOf, type SequenceColumn } from "../../data/index.js";
import { compile, input } from "../../tensor/index.js";
import { best, type CountingModel, popularity } from "../sequential/recommender.js";
import { openLeastSquares } from "./least-squares.js";
import { openSolverThreads } from "./solver-threads.js";
import { distinctItems, type SparseRows, transpose } from "./sparse-rows.js";

export interface IalsOptions {
  /** Numbers in a vector. */
  dim: number;
  /** lambda: strength of the penalty. */
  penalty: number;
  /** alpha_0: weight of every pair, observed or not. */
  unobservedWeight: number;
  /** nu: a vector's penalty grows with the number of its interactions to this power. */
  frequencyExponent: number;
  /** Passes over both sides. */
  sweeps: number;
  /** Conjugate gradient steps a row and pass. */
  steps: number;
  seed: number;
  threads: number;
}

const defaults: Omit<IalsOptions, "seed"> = {
  dim: 64,
  penalty: 0.003,
  unobservedWeight: 0.1,
  frequencyExponent: 1,
  sweeps: 16,
  steps: 3,
  threads: Math.min(2, availableParallelism()),
};

/** The factorization beside what counting models answer. */
export interface IalsModel extends CountingModel {
  /** [items + 1, dim], row 0 is zero. */
  itemVectors: Float32Array;
  /** The vector of a history, [dim]: solved for exactly, whoever it belongs to. */
  userVector(history: Int32Array): Float32Array;
  dim: number;
}

/**
 * iALS (Hu et al. 2008) as Rendle et al. (2021, arXiv:2110.14037) weigh it: minimises
 *   sum_observed (p_u'q_i - 1)^2 + a0 sum_all (p_u'q_i)^2 + lambda (sum_u (n_u + a0 I)^nu |p_u|^2 + the same for items),
 * side after side, every row by a few conjugate gradient steps from where it stands (Takacs et al. 2011). An item counts
 * once a user. A history without known items is answered by popularity. `onSweep` hears of every finished sweep.
 * Errors: "option" with the field's name; "aborted".
 */
export async function fitIals(
  sequences: SequenceColumn,
  given: Partial<IalsOptions> & { seed: number },
  { onSweep, signal }: { onSweep?: (sweep: number, seconds: number) => void; signal?: AbortSignal } = {},
): Promise<IalsModel> {
  const options = checked({ ...defaults, ...given });
  const { sweeps, steps, seed, threads } = options;
  const byUser = distinctItems(sequences);
  const byItem = transpose(byUser, sequences.size);
  const width = Math.ceil(options.dim / 4) * 4;
  const users = initial(rowsOf(sequences), options.dim, width, random(seed, "ials", "users"));
  const items = initial(sequences.size, options.dim, width, random(seed, "ials", "items"));
  items.fill(0, 0, width);
  const sizes = { dim: width, threads };
  const userSide = openSolverThreads(byUser, { ...sizes, otherCount: sequences.size });
  const itemSide = openSolverThreads(byItem, { ...sizes, otherCount: rowsOf(sequences) });
  const gram = await openGram(width, options.unobservedWeight);
  const userPenalties = penalties(byUser, sequences.size - 1, options);
  const itemPenalties = penalties(byItem, rowsOf(sequences), options);
  try {
    for (let sweep = 1; sweep <= sweeps; sweep++) {
      if (signal?.aborted)
        throw new HeedError("aborted", `iALS was stopped before sweep ${sweep}`, "fit it again");
      const start = performance.now();
      const ofItems = { others: items, gram: await gram.of(items) };
      await userSide.solve({ shared: ofItems, penalties: userPenalties, steps, rows: users });
      const ofUsers = { others: users, gram: await gram.of(users) };
      await itemSide.solve({ shared: ofUsers, penalties: itemPenalties, steps, rows: items });
      onSweep?.(sweep, (performance.now() - start) / 1000);
    }
    return await modelOf(items, await gram.of(items), popularity(sequences), width, options);
  } finally {
    await Promise.all([userSide.close(), itemSide.close(), gram.release()]);
  }
}

async function modelOf(
  itemVectors: Float32Array,
  gram: Float32Array,
  counts: Float64Array,
  dim: number,
  options: IalsOptions,
): Promise<IalsModel> {
  const items = counts.length - 1;
  /** Enough for the residual to vanish: conjugate gradients end after `dim` steps. */
  const exact = 2 * dim;
  const known = (history: Int32Array) =>
    [...new Set(history)].filter((item) => item >= 1 && item <= items && counts[item]! > 0);
  const all = { starts: Int32Array.of(0, items), ids: new Int32Array(items) };
  const fold = await openLeastSquares(all, { dim, otherCount: items + 1 });
  fold.load({ others: itemVectors, gram });
  function userVector(history: Int32Array): Float32Array {
    const ids = known(history);
    const vector = new Float32Array(dim);
    const penalty =
      options.penalty * (ids.length + options.unobservedWeight * items) ** options.frequencyExponent;
    fold.name({ starts: Int32Array.of(0, ids.length), ids: Int32Array.from(ids) });
    fold.solve(Float32Array.of(penalty), exact, vector);
    return vector;
  }
  return {
    name: "ials",
    items,
    itemVectors,
    dim,
    userVector,
    score(history, out) {
      if (known(history).length === 0) out.set(counts);
      else {
        const user = userVector(history);
        for (let item = 1; item <= items; item++) out[item] = dot(user, itemVectors, item * dim);
      }
      out[0] = Number.NEGATIVE_INFINITY;
    },
    similar(item, limit) {
      if (item < 1 || item > items) return [];
      const own = itemVectors.subarray(item * dim, (item + 1) * dim);
      const others = Array.from({ length: items }, (_, i) => i + 1).filter((id) => id !== item);
      const norm = (id: number) => {
        const vector = itemVectors.subarray(id * dim, (id + 1) * dim);
        return Math.sqrt(dot(vector, vector, 0)) || 1;
      };
      const cosines = others.map((id) => ({
        item: id,
        score: dot(own, itemVectors, id * dim) / (norm(item) * norm(id)),
      }));
      return best(
        cosines.filter(({ score }) => score > 0),
        limit,
      );
    },
  };
}

function dot(a: Float32Array, b: Float32Array, from: number): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[from + k]!;
  return sum;
}

/** alpha_0 V'V, what all vectors of a side contribute to each row of the other. */
async function openGram(dim: number, weight: number) {
  const vectors = input("vectors", "float32", ["count", dim]);
  const program = await compile({ gram: vectors.matmul(vectors, { transposeLeft: true }).mul(weight) });
  return {
    async of(side: Float32Array): Promise<Float32Array> {
      // ONNX Runtime takes no shared memory: give it a copy.
      const feed = { data: side.slice(), shape: [side.length / dim, dim] };
      const { gram } = await program.run({ vectors: feed });
      return (gram!.data as Float32Array).slice();
    },
    release: () => program.release(),
  };
}

function penalties({ starts }: SparseRows, otherCount: number, o: IalsOptions): Float32Array {
  return Float32Array.from({ length: starts.length - 1 }, (_, i) => {
    const interactions = starts[i + 1]! - starts[i]!;
    return o.penalty * (interactions + o.unobservedWeight * otherCount) ** o.frequencyExponent;
  });
}

/** Normal with standard deviation 0.1 / sqrt(dim), in shared memory; the columns that fill up to `width` stay zero. */
function initial(count: number, dim: number, width: number, source: ReturnType<typeof random>): Float32Array {
  const values = new Float32Array(new SharedArrayBuffer(4 * count * width));
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < dim; k++) values[i * width + k] = (source.normal() * 0.1) / Math.sqrt(dim);
  }
  return values;
}

function checked(options: IalsOptions): IalsOptions {
  const whole: (keyof IalsOptions)[] = ["dim", "sweeps", "steps", "threads"];
  for (const name of whole) {
    if (!(Number.isInteger(options[name]) && options[name] >= 1))
      throw new HeedError("option", `${name} is ${options[name]}`, "give a whole number from 1");
  }
  const positive: (keyof IalsOptions)[] = ["penalty", "unobservedWeight"];
  for (const name of positive) {
    if (!(Number.isFinite(options[name]) && options[name] > 0))
      throw new HeedError("option", `${name} is ${options[name]}`, "give a number above 0");
  }
  if (!Number.isFinite(options.frequencyExponent))
    throw new HeedError(
      "option",
      `frequencyExponent is ${options.frequencyExponent}`,
      "give a number, such as 1",
    );
  return options;
}
