import { join } from "node:path";
import { type BundleDescription, saveBundle } from "../../../bundles/index.js";
import { ragged } from "../../../data/index.js";
import { deepFM, fitItemKnn, sasRec } from "../../../models/index.js";
import { saveCounting } from "../../../serve/training/counting.js";
import { neighboursName } from "../../../serve/training/retrain.js";
import type { Registry } from "../../../store/index.js";
import { createTrainer, type Trainable } from "../../../train/index.js";
import { adam } from "../step-timer.js";
import { fieldValues, itemName, openWorld, type WorldShape } from "./world.js";

/** The models that are measured, as issue and design name them. Their weights are fresh: speed does not depend on them. */
export const sasRecServed = { length: 50, dim: 64, blocks: 2 };
export const deepFmServed = { dim: 16, hidden: [400, 400, 400] };

/** The name of the click model; "main" is the sequence model, and a second version of "main" the click model again. */
export const clickModel = "clicks";
export const mainVersions = { sequence: 1, clicks: 2 };

/** Puts all models into a registry, by way of a folder, and the sequence model in charge. */
export async function putModels(registry: Registry, shape: WorldShape, folder: string): Promise<void> {
  const sequence = join(folder, "sequence");
  const clicks = join(folder, "clicks");
  const neighbours = join(folder, "neighbours");
  await saveSasRec(sequence, shape);
  await saveDeepFm(clicks, shape);
  await saveNeighbours(neighbours, shape);
  for (const [name, bundle] of [
    ["main", sequence],
    ["main", clicks],
    [clickModel, clicks],
    [neighboursName, neighbours],
  ] as const)
    await registry.put("default", name, bundle);
  for (const name of ["main", clickModel, neighboursName]) await registry.promote("default", name, 1);
}

const description = (model: string): Omit<BundleDescription & { kind: "counting" }, "kind"> => ({
  model,
  seed: adam.seed,
  embeddings: "exact",
  settings: {},
  data: { name: "bench", fingerprint: "" },
  metrics: {},
});

async function saveSasRec(folder: string, { items }: WorldShape): Promise<void> {
  const { length, dim, blocks } = sasRecServed;
  await saveFresh(sasRec.trainable({ items, length }, { dim, blocks, dropout: 0 }), async (trainer) =>
    saveBundle(folder, {
      description: { ...description("sasrec"), kind: "sequence", length },
      graph: trainer.exportOnnx(),
      vocabularies: { item: Array.from({ length: items }, (_, number) => itemName(number)) },
    }),
  );
}

async function saveDeepFm(folder: string, shape: WorldShape): Promise<void> {
  const vocabularies = fieldValues(shape);
  // Beside its tokens a field has an id for what is missing and one for what training did not see.
  const fields = Object.entries(vocabularies).map(([name, values]) => ({ name, size: values.length + 2 }));
  await saveFresh(deepFM.trainable({ fields }, deepFmServed), async (trainer) =>
    saveBundle(folder, {
      description: { ...description("deepfm"), kind: "ctr", fields: Object.keys(vocabularies) },
      graph: trainer.exportOnnx(),
      vocabularies,
    }),
  );
}

type Trainer = Awaited<ReturnType<typeof createTrainer>>;

async function saveFresh(model: Trainable, save: (trainer: Trainer) => Promise<void>): Promise<void> {
  const trainer = await createTrainer(model, adam);
  try {
    await save(trainer);
  } finally {
    await trainer.release();
  }
}

/** Which items go together, counted over a sample of twenty histories of twenty for every hundred items. */
async function saveNeighbours(folder: string, shape: WorldShape): Promise<void> {
  const world = openWorld(shape, "neighbours");
  const histories = Array.from({ length: Math.ceil(shape.items / 5) }, () =>
    world.someItems(20).map((item) => 1 + Number(item.slice(item.indexOf("-") + 1))),
  );
  const fitted = fitItemKnn(ragged(histories, shape.items + 1));
  const names = ["", ...Array.from({ length: shape.items }, (_, number) => itemName(number))];
  await saveCounting(folder, fitted, description("item-knn"), names);
}
