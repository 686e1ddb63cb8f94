import { HeedError } from "../../core/errors.js";
import { batches } from "../../data/index.js";
import { bceWithLogits, input } from "../../tensor/index.js";
import { createTrainer, type Feeds, type Trainable } from "../../train/index.js";

/**
 * How much like a fake each user looks to a logistic regression on text views alone, fakes against all
 * users: what a text view is worth without the recommender.
 */
export async function suspicionByView(
  users: readonly Float32Array[],
  fakes: readonly Float32Array[],
  { seed, epochs = 30 }: { seed: number; epochs?: number },
): Promise<Float64Array> {
  const dimension = users[0]?.length;
  if (dimension === undefined || fakes.length === 0)
    throw new HeedError("view", "there are no users or no fakes", "give at least one view of each");
  const views = [...users, ...fakes];
  const feeds = (rows: ArrayLike<number>): Feeds => {
    const chosen = Array.from(rows);
    const data = new Float32Array(chosen.length * dimension);
    chosen.forEach((account, i) => {
      data.set(views[account]!, i * dimension);
    });
    const isFake = (account: number) => account >= users.length;
    return {
      view: { data, shape: [chosen.length, dimension] },
      label: {
        data: Float32Array.from(chosen, (account) => Number(isFake(account))),
        shape: [chosen.length],
      },
    };
  };
  const trainer = await createTrainer(classifier(dimension), {
    seed,
    optimizer: { kind: "adam" },
    embeddings: "exact",
  });
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (const rows of batches(views.length, { batchSize: 256, seed, epoch }))
      await trainer.step(feeds(rows), 0.01);
  }
  const everybody = Array.from(users, (_, user) => user);
  const { logits } = await trainer.predict(feeds(everybody));
  const suspicion = Float64Array.from(logits!.data as Float32Array);
  await trainer.release();
  return suspicion;
}

function classifier(dimension: number): Trainable {
  return {
    name: "view-classifier",
    build(nn) {
      const view = input("view", "float32", ["batch", dimension]);
      const logits = nn.linear(view, 1).squeeze(-1);
      return { loss: bceWithLogits(logits, input("label", "float32", ["batch"])), outputs: { logits } };
    },
  };
}
