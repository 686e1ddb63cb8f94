import { random } from "../../src/core/random.js";
import { batches } from "../../src/data/index.js";
import { auc } from "../../src/evaluate/index.js";
import { type Feeds, fit, type Trainable, type Trainer } from "../../src/train/index.js";

export const plantedNames = ["a", "b", "c", "d"] as const;
const size = 8;
export const plantedFields = plantedNames.map((name) => ({ name, size }));

/**
 * Rows of four fields whose values carry signs; a click is a positive product of the signs of `a` and `c`, and nothing
 * else matters. With `shuffled` the labels belong to other rows.
 */
export function plantedRows(rows: number, seed: number, options: { shuffled?: boolean } = {}): Feeds {
  const source = random(seed, "planted-pair");
  const ids = Int32Array.from({ length: 4 * rows }, (_, i) => (i % 4) * size + source.integer(size));
  const sign = (id: number) => (id % 2 === 0 ? 1 : -1);
  const clicks = Float32Array.from({ length: rows }, (_, row) =>
    sign(ids[4 * row]!) * sign(ids[4 * row + 2]!) > 0 ? 1 : 0,
  );
  const label = options.shuffled ? clicks.map((_, row) => clicks[(row + 1) % rows]!) : clicks;
  return { fields: { data: ids, shape: [rows, 4] }, label: { data: label, shape: [rows] } };
}

/** Trains on planted rows; the trainer is the caller's to release. */
export async function trainPlanted(model: Trainable, world: Feeds, epochs = 15): Promise<Trainer> {
  const count = world.label!.shape[0]!;
  const { trainer } = await fit(model, {
    seed: 1,
    optimizer: { kind: "adam" },
    embeddings: "exact",
    epochs,
    learningRate: 0.02,
    *batches(epoch) {
      for (const rows of batches(count, { batchSize: 128, seed: 1, epoch })) {
        const ids = new Int32Array(rows.length * 4);
        rows.forEach((row, i) => {
          ids.set((world.fields!.data as Int32Array).subarray(4 * row, 4 * row + 4), 4 * i);
        });
        yield {
          fields: { data: ids, shape: [rows.length, 4] },
          label: {
            data: Float32Array.from(rows, (row) => Number(world.label!.data[row])),
            shape: [rows.length],
          },
        };
      }
    },
  }).finish();
  return trainer;
}

/** AUC on rows that training has not seen. */
export async function plantedAuc(trainer: Trainer): Promise<number> {
  const fresh = plantedRows(2000, 99);
  const { probability } = await trainer.predict(fresh);
  return auc(fresh.label!.data as Float32Array, probability!.data as Float32Array);
}
