import { HeedError } from "../../../core/errors.js";
import {
  batches,
  type CtrSplit,
  clicksOf,
  type Dataset,
  dataFolder,
  type FieldMatrix,
  fieldBatch,
  fieldMatrix,
  importers,
  take,
} from "../../../data/index.js";
import { auc, bootstrap, bootstrapAuc, logLoss, mean } from "../../../evaluate/index.js";
import { ctrModels } from "../../../models/index.js";
import { changed, ctrSettings } from "../settings.js";
import { checkVocabulary, type Family, type Measure, type Measured, type Task, unknown } from "./family.js";

/** Every data set that click models can learn. Ratings become clicks: liked or not. */
const dataSets: Readonly<Record<string, (folder: string) => CtrSplit>> = {
  frappe: (folder) => importers.frappe.load(folder),
  "frappe-recreated": (folder) => importers["frappe-recreated"].load(folder),
  "mlsmall-implicit": (folder) => importers["mlsmall-implicit"].load(folder),
  "movietweetings-100k": (folder) => clicksOf(importers["movietweetings-100k"].load(folder), 8),
  "ml-latest-small": (folder) => clicksOf(importers["ml-latest-small"].load(folder), 4),
};

/** A click data set by its name. Errors: HeedError "unknown-data" with the nearest name, and those of `dataFolder`. */
export function clickData(name: string): CtrSplit {
  if (!Object.hasOwn(dataSets, name)) throw unknown("data set", name, ctrFamily.dataSets);
  return dataSets[name]!(dataFolder(name));
}

/** Click-through models: one probability an example, judged by AUC and log loss. */
export const ctrFamily: Family = {
  kind: "ctr",
  models: ctrModels.map(({ name }) => name),
  dataSets: Object.keys(dataSets),
  embeddings: ["exact", "lazy"],
  watched: "auc",
  settings: ctrSettings,
  load(dataSet, limit) {
    const data = clickData(dataSet);
    return ctrTask(dataSet, limit === undefined ? data : firstRows(data, limit));
  },
};

/** At most the first `limit` rows of each part; vocabularies stay as they are. */
export function firstRows(data: CtrSplit, limit: number): CtrSplit {
  const first = (part: Dataset) =>
    take(
      part,
      Array.from({ length: Math.min(limit, part.length) }, (_, i) => i),
    );
  return { ...data, train: first(data.train), validation: first(data.validation), test: first(data.test) };
}

/** How click models learn one data set and are judged on it. */
export function ctrTask(dataSet: string, data: CtrSplit): Task {
  const { fields, vocabularies } = data;
  const names = fields.map(({ name }) => name);
  const train = fieldMatrix(data.train, names);
  const parts = { validation: fieldMatrix(data.validation, names), test: fieldMatrix(data.test, names) };
  const measure: Measure = async (predict, part) => {
    const matrix = parts[part];
    const probabilities = new Float64Array(matrix.length);
    for (const rows of batches(matrix.length, { batchSize: 8192, seed: 0, epoch: 0, shuffle: false })) {
      const { probability } = await predict(fieldBatch(matrix, rows));
      probabilities.set(probability!.data as Float32Array, rows[0]!);
    }
    return measured(matrix, probabilities);
  };
  return {
    training: data.train,
    vocabularies,
    plan(name, seed, changes) {
      const model = ctrModels.find((candidate) => candidate.name === name);
      if (!model) throw unknown("model", name, ctrFamily.models);
      const settings = changed(ctrSettings(dataSet, name), changes);
      return {
        settings,
        trainable: model.trainable({ fields }, settings.options),
        *batches(epoch) {
          for (const rows of batches(train.length, { batchSize: settings.batchSize, seed, epoch }))
            yield fieldBatch(train, rows);
        },
        measure,
        shape: { kind: "ctr", fields: names },
      };
    },
    judge(bundle) {
      const { manifest } = bundle;
      const found = manifest.kind === "ctr" ? manifest.fields : [];
      if (found.join() !== names.join()) {
        throw new HeedError(
          "bundle",
          `${bundle.folder} does not fit ${dataSet}: its fields are ${found.join(", ")}, the data's are ${names.join(", ")}`,
          `evaluate on the data it was trained on (${manifest.data.name}), or train again on ${dataSet}`,
        );
      }
      for (const name of names) checkVocabulary(bundle, dataSet, name, vocabularies[name]!);
      return measure;
    },
    baselines() {
      const rate = mean(train.label);
      return [
        {
          model: "click-rate",
          measure: async (part) => measured(parts[part], new Float64Array(parts[part].length).fill(rate)),
        },
      ];
    },
  };
}

function measured({ label }: FieldMatrix, probabilities: Float64Array): Measured {
  return {
    metrics: { auc: auc(label, probabilities), logLoss: logLoss(label, probabilities) },
    intervals: () => ({
      auc: bootstrapAuc(label, probabilities),
      logLoss: bootstrap(
        Float64Array.from(probabilities, (p, i) => logLoss([label[i]!], [p])),
        { unit: "rows" },
      ),
    }),
  };
}
