// Trains a small click model with the built package, reports each step, and at the end a hash of all weights.
import { createHash } from "node:crypto";
import { deepFM } from "../../dist/models/index.js";
import { fit, weights } from "../../dist/train/index.js";

const [embeddings, folder] = process.argv.slice(2);
const fields = [9, 7].map((size, i) => ({ name: `field${i}`, size }));
const run = fit(deepFM.trainable({ fields }, { dim: 4, hidden: [8], dropout: 0.3, batchNorm: true }), {
  seed: 5,
  optimizer: { kind: "adam" },
  embeddings,
  penalty: { embedding: 0.01 },
  clipNorm: 1,
  epochs: 3,
  learningRate: 0.02,
  schedule: { kind: "cosine", total: 60, warmup: 10 },
  monitor: { metric: "score", mode: "max" },
  plateau: { factor: 0.5 },
  metrics: async (predict) => {
    const { probability } = await predict({ fields: { data: Int32Array.of(0, 9, 4, 12), shape: [2, 2] } });
    return { score: probability.data[0] - probability.data[1] };
  },
  ...(folder && { checkpoint: { folder, everySteps: 1 } }),
  *batches(epoch) {
    for (let batch = 0; batch < 20; batch++) {
      const rows = Array.from({ length: 16 }, (_, i) => (epoch * 31 + batch * 17 + i * 5) % 63);
      yield {
        fields: { data: Int32Array.from(rows.flatMap((row) => [row % 9, 9 + (row % 7)])), shape: [16, 2] },
        label: { data: Float32Array.from(rows, (row) => Number(row % 4 === 0)), shape: [16] },
      };
    }
  },
});
for await (const progress of run) if (progress.kind === "step") console.log(`step ${progress.step}`);
const { trainer, history } = await run.finish();
const hash = createHash("sha256");
for (const [name, array] of Object.entries(weights(trainer.state)).sort()) hash.update(name).update(array);
hash.update(JSON.stringify(history.map(({ loss, metrics, learningRate }) => [loss, metrics, learningRate])));
console.log(`done ${hash.digest("hex")}`);
