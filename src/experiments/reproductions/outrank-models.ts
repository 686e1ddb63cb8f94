import { random, shuffle } from "../../core/random.js";
import { batches, type Census, type CtrSplit, ctrSplit, fieldBatch, fieldMatrix } from "../../data/index.js";
import { auc } from "../../evaluate/index.js";
import type { Cell } from "../../features/index.js";
import { ctrModels } from "../../models/index.js";
import { fit, type Trainer } from "../../train/index.js";
import { binned, type Figures, leaders, noiseColumns, rankColumns } from "./outrank-measures.js";

const noiseEach = 5;
const batchSize = 512;
const epochs = 3;
/** How far below the AUC with all columns a choice of columns may stay. */
const near = 0.003;

/** The census beside thirty columns of noise: nine tenths of its training rows train, the rest validates. */
export function censusSplit(census: Census, seed: number): { names: string[]; split: CtrSplit } {
  const { train, test } = census;
  const length = train.label.length + test.label.length;
  const columns: Record<string, Cell[]> = {};
  for (const name of census.numeric) columns[name] = binned([...train[name], ...test[name]], train[name]);
  for (const name of census.categorical) columns[name] = [...train[name], ...test[name]];
  Object.assign(columns, noiseColumns(length, seed, noiseEach));
  const order = Int32Array.from({ length: train.label.length }, (_, i) => i);
  shuffle(order, random(seed, "census split"));
  const cut = Math.floor(0.9 * order.length);
  const split = ctrSplit(
    "adult-census",
    Object.entries(columns).map(([name, cells]) => ({ name, cells })),
    [...train.label, ...test.label].map(Number),
    {
      train: order.subarray(0, cut),
      validation: order.subarray(cut),
      test: Int32Array.from({ length: test.label.length }, (_, i) => train.label.length + i),
    },
  );
  return { names: Object.keys(columns), split };
}

/** The columns of the training rows, best first. */
export async function rankedNames({ train, vocabularies }: CtrSplit, seed: number): Promise<string[]> {
  const cells = Object.entries(train.columns).map(([name, column]) => {
    const text = vocabularies[name];
    return [
      name,
      Array.from(column.values as ArrayLike<number>, (id) => text?.[id - 1] ?? String(id)),
    ] as const;
  });
  const { ranking } = await rankColumns(Object.fromEntries(cells), { heuristic: "corrected", seed });
  return ranking.map(({ feature }) => feature);
}

/** AUC of a click model that sees some columns only. */
async function aucWith(
  model: string,
  split: CtrSplit,
  names: readonly string[],
  part: "validation" | "test",
  seed: number,
): Promise<number> {
  const trainer = await trained(model, split, names, seed);
  try {
    return await aucOf(trainer, split, names, part);
  } finally {
    await trainer.release();
  }
}

async function trained(
  model: string,
  split: CtrSplit,
  names: readonly string[],
  seed: number,
): Promise<Trainer> {
  const definition = ctrModels.find(({ name }) => name === model)!;
  const fields = names.map((name) => split.fields.find((field) => field.name === name)!);
  const train = fieldMatrix(split.train, names);
  const { trainer } = await fit(definition.trainable({ fields }), {
    seed,
    optimizer: { kind: "adam" },
    embeddings: "exact",
    epochs,
    learningRate: 0.01,
    penalty: { embedding: 1e-4 },
    *batches(epoch) {
      for (const rows of batches(train.length, { batchSize, seed, epoch })) yield fieldBatch(train, rows);
    },
  }).finish();
  return trainer;
}

async function aucOf(
  trainer: Trainer,
  split: CtrSplit,
  names: readonly string[],
  part: "validation" | "test",
  broken?: { field: number; order: Int32Array },
): Promise<number> {
  const matrix = fieldMatrix(split[part], names);
  if (broken) {
    const { ids, fields } = matrix;
    const column = Int32Array.from(broken.order, (row) => ids[row * fields + broken.field]!);
    for (let i = 0; i < matrix.length; i++) ids[i * fields + broken.field] = column[i]!;
  }
  const rows = Int32Array.from({ length: matrix.length }, (_, i) => i);
  const { probability } = await trainer.predict(fieldBatch(matrix, rows));
  return auc(matrix.label, probability!.data as Float32Array);
}

/** Test AUC with the first columns of the ranking, and with all that there are, noise included. */
export async function aucByColumns(model: string, census: Census, seed: number): Promise<Figures> {
  const { names, split } = censusSplit(census, seed);
  const ranked = await rankedNames(split, seed);
  const figures: Figures = {};
  for (const k of [2, 4, 6, 8])
    figures[`auc of ${k}`] = await aucWith(model, split, ranked.slice(0, k), "test", seed);
  const all = await aucWith(model, split, names, "test", seed);
  const real = names.filter((name) => !name.startsWith("noise"));
  return {
    ...figures,
    "auc of all": all,
    "auc without noise": await aucWith(model, split, real, "test", seed),
    "loss at 8": all - figures["auc of 8"]!,
  };
}

/**
 * How many trainings a choice of columns takes until its validation AUC is near that of all columns: along the ranking, and
 * by forward selection, which tries every column that is left at every step. The latter stops once it has taken three times
 * as many as the former, which then needed a third at most.
 */
export async function trainingsNeeded(census: Census, seed: number): Promise<Figures> {
  const { names, split } = censusSplit(census, seed);
  const validationAuc = (chosen: readonly string[]) => aucWith("lr", split, chosen, "validation", seed);
  const goal = (await validationAuc(names)) - near;
  const ranked = await rankedNames(split, seed);
  let guided = 0;
  for (let k = 1; k <= ranked.length; k++) {
    guided++;
    if ((await validationAuc(ranked.slice(0, k))) >= goal) break;
  }
  const forward = await forwardTrainings(names, validationAuc, goal, 3 * guided);
  return {
    "guided trainings": guided,
    "forward trainings at least": forward,
    "guided part": guided / forward,
  };
}

async function forwardTrainings(
  names: readonly string[],
  validationAuc: (chosen: readonly string[]) => Promise<number>,
  goal: number,
  most: number,
): Promise<number> {
  let trainings = 0;
  const chosen: string[] = [];
  const left = [...names];
  while (left.length > 0) {
    let best = { at: 0, auc: 0 };
    for (const [at, name] of left.entries()) {
      if (trainings === most) return most;
      trainings++;
      const found = await validationAuc([...chosen, name]);
      if (found >= goal) return trainings;
      if (found > best.auc) best = { at, auc: found };
    }
    chosen.push(...left.splice(best.at, 1));
  }
  return trainings;
}

/** Of the nine columns that lead the census, how many are among the first nine of a model's permutation importance. */
export async function permutationImportance(model: string, census: Census, seed: number): Promise<Figures> {
  const { names, split } = censusSplit(census, seed);
  const trainer = await trained(model, split, names, seed);
  try {
    const whole = await aucOf(trainer, split, names, "validation");
    const order = Int32Array.from({ length: split.validation.length }, (_, i) => i);
    shuffle(order, random(seed, "permutation"));
    const drops: { name: string; drop: number }[] = [];
    for (const [field, name] of names.entries())
      drops.push({
        name,
        drop: whole - (await aucOf(trainer, split, names, "validation", { field, order })),
      });
    drops.sort((a, b) => b.drop - a.drop);
    const top = drops.slice(0, leaders.length).map(({ name }) => name);
    return {
      ...Object.fromEntries(drops.map(({ name, drop }) => [name, drop])),
      "leaders in the top 9": leaders.filter((name) => top.includes(name)).length,
    };
  } finally {
    await trainer.release();
  }
}
