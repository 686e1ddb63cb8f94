import { random, shuffle } from "../../core/random.js";
import { historyFeed } from "../../models/index.js";
import type { Value } from "../../tensor/index.js";
import { createTrainer, type Feeds, type Network } from "../../train/index.js";
import { type CalibratorOptions, calibrator, calibratorDefaults } from "./calibrator.js";

export interface CalibrationOptions extends CalibratorOptions {
  seed: number;
  batchSize: number;
  learningRate: number;
  weightDecay: number;
}

/** Sizes and rates for a recommender of width 64. The publication's, for one of 512: rate 1e-2. */
export const calibrationDefaults = {
  ...calibratorDefaults,
  batchSize: 512,
  learningRate: 1e-3,
  weightDecay: 5e-4,
} as const satisfies Partial<CalibrationOptions>;

/** Accounts as the calibrator learns them. */
export interface Accounts {
  /** What each current account had, in time order; nobody knows who among them is a fake. */
  users: readonly Int32Array[];
  /** Sequences that are known to be fakes, or made as such. */
  fakes: readonly Int32Array[];
  /** Text views of the users, then of the fakes; null for an account without one. Absent: none is used. */
  views?: readonly (Float32Array | null)[] | undefined;
}

/** A calibrator in training beside a recommender. */
export interface Calibration {
  /** One pass over all users (label 0) and fakes (label 1); returns the mean loss. The recommender is only read. */
  pass(network: Pick<Network, "probe">): Promise<number>;
  /** How much like a fake each user looks, in (0, 1). */
  scores(network: Pick<Network, "probe">): Promise<Float64Array>;
  /** Mean cosine between what the calibrator sees and the text view, over all accounts that have one. */
  agreement(network: Pick<Network, "probe">): Promise<number>;
  release(): Promise<void>;
}

/** Opens a calibrator with fresh weights. */
export async function openCalibration(accounts: Accounts, options: CalibrationOptions): Promise<Calibration> {
  const { users, fakes, views } = accounts;
  const { seed, batchSize, learningRate, weightDecay, length, view } = options;
  const sequences = [...users, ...fakes];
  const trainer = await createTrainer(calibrator(options), {
    seed,
    optimizer: { kind: "adamw", weightDecay },
    embeddings: "exact",
  });
  let passes = 0;

  async function feedsOf(rows: readonly number[], network: Pick<Network, "probe">): Promise<Feeds> {
    const feeds = historyFeed(
      rows.map((account) => sequences[account]!),
      length,
    );
    const { states, vectors } = await network.probe(feeds);
    return {
      "account.positions": beside(vectors!, states!),
      "account.known": {
        data: Float32Array.from(feeds.history!.data as Int32Array, (id) => (id > 0 ? 1 : 0)),
        shape: [rows.length, length],
      },
      "account.labels": {
        data: Float32Array.from(rows, (account) => (account < users.length ? 0 : 1)),
        shape: [rows.length],
      },
      ...(views &&
        view !== null &&
        viewFeeds(
          rows.map((account) => views[account] ?? null),
          view,
        )),
    };
  }

  /** Visits accounts in batches, in their order. */
  async function inOrder(count: number, visit: (rows: number[]) => Promise<void>): Promise<void> {
    for (let start = 0; start < count; start += batchSize) {
      await visit(Array.from({ length: Math.min(batchSize, count - start) }, (_, i) => start + i));
    }
  }

  return {
    async pass(network) {
      let total = 0;
      let steps = 0;
      for (const rows of mixedBatches(users.length, fakes.length, { batchSize, seed, pass: ++passes })) {
        total += await trainer.step(await feedsOf(rows, network), learningRate);
        steps++;
      }
      return total / steps;
    },
    async scores(network) {
      const scores = new Float64Array(users.length);
      await inOrder(users.length, async (rows) => {
        const result = await trainer.predict(await feedsOf(rows, network));
        scores.set(Float64Array.from(result.scores!.data as Float32Array), rows[0]);
      });
      return scores;
    },
    async agreement(network) {
      let total = 0;
      let viewed = 0;
      await inOrder(sequences.length, async (rows) => {
        const { cosines } = await trainer.probe(await feedsOf(rows, network));
        rows.forEach((account, i) => {
          if (!views?.[account]) return;
          total += Number(cosines!.data[i]);
          viewed++;
        });
      });
      return total / viewed;
    },
    release: () => trainer.release(),
  };
}

/** Users and fakes, each shuffled and spread over the same number of batches. Fakes are numbered after the users. */
function* mixedBatches(
  users: number,
  fakes: number,
  { batchSize, seed, pass }: { batchSize: number; seed: number; pass: number },
): Generator<number[]> {
  const shuffled = (count: number, from: number, label: string) => {
    const order = Int32Array.from({ length: count }, (_, i) => from + i);
    shuffle(order, random(seed, "lorec", label, pass));
    return order;
  };
  const parts = [shuffled(users, 0, "users"), shuffled(fakes, users, "fakes")];
  const count = Math.ceil((users + fakes) / batchSize);
  for (let b = 0; b < count; b++) {
    yield parts.flatMap((order) => [
      ...order.subarray(Math.round((b * order.length) / count), Math.round(((b + 1) * order.length) / count)),
    ]);
  }
}

/** [batch, length, dim] twice as [batch, length, 2 dim]. */
function beside(left: Value, right: Value): Value {
  const [batch, length, dim] = left.shape as [number, number, number];
  const data = new Float32Array(batch * length * 2 * dim);
  for (let position = 0; position < batch * length; position++) {
    const at = position * dim;
    data.set((left.data as Float32Array).subarray(at, at + dim), 2 * at);
    data.set((right.data as Float32Array).subarray(at, at + dim), 2 * at + dim);
  }
  return { data, shape: [batch, length, 2 * dim] };
}

function viewFeeds(views: readonly (Float32Array | null)[], dimension: number): Feeds {
  const data = new Float32Array(views.length * dimension);
  views.forEach((vector, i) => {
    if (vector) data.set(vector, i * dimension);
  });
  return {
    "account.view": { data, shape: [views.length, dimension] },
    "account.viewed": { data: Float32Array.from(views, (vector) => (vector ? 1 : 0)), shape: [views.length] },
  };
}
