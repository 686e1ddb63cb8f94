import { random } from "../../src/core/random.js";
import { batches } from "../../src/data/index.js";
import { deepFM } from "../../src/models/index.js";
import type { Feeds, FitOptions, Trainable } from "../../src/train/index.js";

/** A small click world: 200 rows, 3 fields, and a rule with some noise. */
export function toyClicks(): {
  model: Trainable;
  options: FitOptions & { batches(epoch: number): Iterable<Feeds> };
} {
  const source = random(7, "toy");
  const rows = 200;
  const ids = Int32Array.from({ length: rows * 3 }, (_, i) => (i % 3) * 6 + source.integer(6));
  const labels = Float32Array.from({ length: rows }, (_, i) =>
    (ids[i * 3]! + ids[i * 3 + 1]!) % 3 === 0 ? 1 : 0,
  );
  const fields = ["a", "b", "c"].map((name) => ({ name, size: 6 }));
  return {
    model: deepFM.trainable({ fields }, { dim: 4, hidden: [8, 8], dropout: 0.2, batchNorm: true }),
    options: {
      seed: 3,
      optimizer: { kind: "adam" },
      embeddings: "exact",
      penalty: { embedding: 0.01 },
      clipNorm: 10,
      epochs: 4,
      learningRate: 0.01,
      *batches(epoch) {
        for (const chosen of batches(rows, { batchSize: 64, seed: 3, epoch })) {
          const batch = new Int32Array(chosen.length * 3);
          chosen.forEach((at, i) => {
            batch.set(ids.subarray(at * 3, at * 3 + 3), i * 3);
          });
          yield {
            fields: { data: batch, shape: [chosen.length, 3] },
            label: { data: Float32Array.from(chosen, (at) => labels[at]!), shape: [chosen.length] },
          };
        }
      },
    },
  };
}
