import { type BundleDescription, saveBundle } from "../../src/bundles/index.js";
import { deepFM, sasRec } from "../../src/models/index.js";
import { createTrainer, type Trainable } from "../../src/train/index.js";

const settings = { seed: 3, optimizer: { kind: "adam" }, learningRate: 1e-3, embeddings: "exact" } as const;

const description = (model: string): Omit<BundleDescription & { kind: "counting" }, "kind"> => ({
  model,
  seed: settings.seed,
  embeddings: "exact",
  settings: {},
  data: { name: "test", fingerprint: "" },
  metrics: {},
});

/** A SASRec over these items whose weights are as they were drawn. */
export function saveFreshSasRec(folder: string, items: readonly string[], length = 20): Promise<void> {
  const model = sasRec.trainable({ items: items.length, length }, { dim: 16, blocks: 1, dropout: 0 });
  return saveFresh(model, (graph) =>
    saveBundle(folder, {
      description: { ...description("sasrec"), kind: "sequence", length },
      graph,
      vocabularies: { item: items },
    }),
  );
}

/** A DeepFM over these values of each field whose weights are as they were drawn. */
export function saveFreshDeepFm(
  folder: string,
  vocabularies: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  // Beside its tokens a field has an id for what is missing and one for what training did not see.
  const fields = Object.entries(vocabularies).map(([name, values]) => ({ name, size: values.length + 2 }));
  return saveFresh(deepFM.trainable({ fields }, { dim: 8, hidden: [16, 16] }), (graph) =>
    saveBundle(folder, {
      description: { ...description("deepfm"), kind: "ctr", fields: Object.keys(vocabularies) },
      graph,
      vocabularies,
    }),
  );
}

type Graph = ReturnType<Awaited<ReturnType<typeof createTrainer>>["exportOnnx"]>;

async function saveFresh(model: Trainable, save: (graph: Graph) => Promise<void>): Promise<void> {
  const trainer = await createTrainer(model, settings);
  try {
    await save(trainer.exportOnnx());
  } finally {
    await trainer.release();
  }
}
