import { HeedError } from "../../../core/errors.js";
import {
  createDataset,
  dataFolder,
  importers,
  leaveOneOut,
  ragged,
  row,
  rowsOf,
  type SequenceColumn,
  type SequenceData,
  sequencesOf,
} from "../../../data/index.js";
import { atRank, bootstrap, mean } from "../../../evaluate/index.js";
import {
  type CountingModel,
  countedScores,
  fitEase,
  fitIals,
  fitItemKnn,
  fitMarkov,
  fitPopular,
  graphScores,
  popularity,
  rankAll,
  sequentialModels,
  type Target,
} from "../../../models/index.js";
import { sequenceSettings } from "../sequence-settings.js";
import { changed } from "../settings.js";
import {
  checkVocabulary,
  type Family,
  type Measure,
  type Measured,
  type Part,
  type Task,
  unknown,
} from "./family.js";

/** Every data set that sequence models can learn, and the length its histories are cut to. */
const dataSets: Readonly<Record<string, { load: (folder: string) => SequenceData; length: number }>> = {
  "ml-1m-seq": { load: (folder) => importers["ml-1m-seq"].load(folder), length: 200 },
  "amazon-beauty-seq": { load: (folder) => importers["amazon-beauty-seq"].load(folder), length: 50 },
  "amazon-sports-seq": { load: (folder) => importers["amazon-sports-seq"].load(folder), length: 50 },
  "amazon-games-seq": { load: (folder) => importers["amazon-games-seq"].load(folder), length: 50 },
  "lastfm-seq": { load: (folder) => importers["lastfm-seq"].load(folder), length: 50 },
  "movietweetings-100k": {
    load: (folder) => sequencesOf(importers["movietweetings-100k"].load(folder)),
    length: 50,
  },
  "ml-latest-small": {
    load: (folder) => sequencesOf(importers["ml-latest-small"].load(folder)),
    length: 200,
  },
};

/** Next-item models, judged leave-one-out over the whole catalogue, seen items removed. */
export const sequenceFamily: Family = {
  kind: "sequence",
  models: sequentialModels.map(({ name }) => name),
  dataSets: Object.keys(dataSets),
  // The softmax over all items needs their table whole, inside the graph.
  embeddings: ["exact"],
  watched: "ndcg@10",
  settings: (dataSet, model) => sequenceSettings(dataSet, model, dataSets[dataSet]!.length),
  load(dataSet, limit) {
    const { load, length } = dataSets[dataSet]!;
    const data = load(dataFolder(dataSet));
    return sequenceTask(dataSet, limit === undefined ? data : firstPeople(data, limit), length);
  },
};

/** At most the first `limit` people; the catalogue stays as it is. */
function firstPeople(data: SequenceData, limit: number): SequenceData {
  const users = Math.min(limit, data.users);
  const lists = Array.from({ length: users }, (_, i) => row(data.sequences, i));
  return { ...data, users, sequences: ragged(lists, data.sequences.size) };
}

function sequenceTask(dataSet: string, data: SequenceData, length: number): Task {
  const { items, sequences } = data;
  const { train, validation, test } = leaveOneOut(sequences);
  const withoutLast = Array.from({ length: rowsOf(sequences) }, (_, i) => row(sequences, i).subarray(0, -1));
  const histories = Array.from({ length: rowsOf(train) }, (_, i) => row(train, i));
  const parts: Record<Part, Target[]> = {
    validation: targetsOf(histories, validation),
    test: targetsOf(withoutLast, test),
  };
  const counts = popularity(train);
  const tokens = Array.from({ length: items }, (_, i) => data.names?.[i + 1] ?? `${i + 1}`);
  const measureAt =
    (cut: number): Measure =>
    async (predict, part) =>
      measured(await rankAll(parts[part], graphScores(predict, cut)));
  return {
    training: createDataset(`${dataSet}/train`, { items: train }),
    vocabularies: { item: tokens },
    plan(name, seed, changes) {
      const model = sequentialModels.find((candidate) => candidate.name === name);
      if (!model) throw unknown("model", name, sequenceFamily.models);
      const settings = changed(sequenceSettings(dataSet, name, length), changes);
      const { batchSize, options } = settings;
      const cut = settings.length;
      return {
        settings,
        trainable: model.trainable({ items, length: cut, popularity: counts }, options),
        batches: model.training(train, { length: cut, batchSize, seed, options }),
        measure: measureAt(cut),
        shape: { kind: "sequence", length: cut },
      };
    },
    judge(bundle) {
      const { manifest } = bundle;
      if (manifest.kind !== "sequence")
        throw new HeedError("bundle", `${bundle.folder} is no sequence model`, "give one that is");
      checkVocabulary(bundle, dataSet, "item", tokens);
      return measureAt(manifest.length);
    },
    baselines: (costly = false) => baselines(train, ragged(withoutLast, sequences.size), parts, costly),
  };
}

/** EASE by its penalty, iALS by its width. */
const factorized = {
  "ease-200": (history: SequenceColumn) => fitEase(history, { penalty: 200 }),
  "ease-500": (history: SequenceColumn) => fitEase(history, { penalty: 500 }),
  "ials-64": (history: SequenceColumn) => fitIals(history, { ...rendle, dim: 64 }),
  "ials-128": (history: SequenceColumn) => fitIals(history, { ...rendle, dim: 128 }),
};
const rendle = { penalty: 0.003, unobservedWeight: 0.3, frequencyExponent: 1, sweeps: 10, seed: 1 };

/** Counting models, fitted on what precedes the part they are judged on; "markov-train" on training alone. */
function baselines(
  train: SequenceColumn,
  withValidation: SequenceColumn,
  parts: Record<Part, Target[]>,
  costly: boolean,
) {
  const kinds: Record<string, (history: SequenceColumn) => CountingModel | Promise<CountingModel>> = {
    popular: fitPopular,
    "item-knn": fitItemKnn,
    "item-knn-recency": (history) => fitItemKnn(history, { recency: { last: 10, decay: 0.7 } }),
    markov: fitMarkov,
    "markov-train": () => fitMarkov(train),
    ...(costly && factorized),
  };
  return Object.entries(kinds).map(([model, fitted]) => ({
    model,
    async measure(part: Part) {
      const counted = await fitted(part === "test" ? withValidation : train);
      return measured(await rankAll(parts[part], countedScores(counted)));
    },
  }));
}

/** Those who have a target in a part, and what they had before it. */
function targetsOf(histories: readonly Int32Array[], targets: Int32Array): Target[] {
  return histories.flatMap((history, user) =>
    targets[user]! > 0 ? [{ history, target: targets[user]! }] : [],
  );
}

function measured(ranks: Float64Array): Measured {
  const at10 = atRank(ranks, 10);
  return {
    metrics: { "hr@10": mean(at10.hitRate), "ndcg@10": mean(at10.ndcg) },
    intervals: (cutoffs) =>
      Object.fromEntries(
        cutoffs.flatMap((k) => {
          const { hitRate, ndcg, mrr } = atRank(ranks, k);
          // With one relevant item, recall is the hit rate.
          const figures = { hr: hitRate, ndcg, mrr, recall: hitRate };
          return Object.entries(figures).map(([name, values]) => [`${name}@${k}`, bootstrap(values)]);
        }),
      ),
  };
}
