import { HeedError } from "../../core/errors.js";
import type { Value } from "../../tensor/index.js";
import type { Feeds } from "../../train/index.js";

/** How fields attend to fields: `weights[from * fields.length + to]`, where each row of a field sums to one. */
export interface AttentionMap {
  fields: readonly string[];
  weights: Float64Array;
}

/**
 * The attention between fields of a model trained with `explain`: the mean over heads, over its layers (or of one `layer`,
 * counted from 1) and over all rows of the batches. A batch of one row explains one prediction. What a model attends to
 * is not what causes its answer.
 */
export async function attentionMap(
  predict: (feeds: Feeds) => Promise<Readonly<Record<string, Value>>>,
  batches: Iterable<Feeds>,
  fields: readonly string[],
  options: { layer?: number } = {},
): Promise<AttentionMap> {
  const weights = new Float64Array(fields.length ** 2);
  let maps = 0;
  for (const batch of batches) {
    const { attention } = await predict(batch);
    if (!attention) {
      throw new HeedError(
        "explain",
        "the model returns no attention",
        "train AutoInt with its option explain: true",
      );
    }
    maps += addMaps(weights, attention, fields, options.layer);
  }
  if (maps === 0)
    throw new HeedError("empty", "there are no rows to explain", "give a batch with at least one row");
  return { fields, weights: weights.map((sum) => sum / maps) };
}

/** Adds the attention [batch, layer, head, field, field] of every row, chosen layer and head; returns how many. */
function addMaps(
  sums: Float64Array,
  attention: Value,
  fields: readonly string[],
  layer: number | undefined,
): number {
  const [rows, layers, heads, queries] = attention.shape as [number, number, number, number, number];
  if (queries !== fields.length) {
    throw new HeedError(
      "explain",
      `the model attends over ${queries} fields, and ${fields.length} are named`,
      "name its fields, in their order",
    );
  }
  if (layer !== undefined && !(Number.isInteger(layer) && layer >= 1 && layer <= layers)) {
    throw new HeedError("option", `option "layer" is ${layer}`, `give a layer from 1 to ${layers}`);
  }
  const size = sums.length;
  const chosen = layer === undefined ? Array.from({ length: layers }, (_, i) => i) : [layer - 1];
  for (let row = 0; row < rows; row++) {
    for (const at of chosen) {
      for (let head = 0; head < heads; head++) {
        const from = ((row * layers + at) * heads + head) * size;
        for (let i = 0; i < size; i++) sums[i]! += Number(attention.data[from + i]);
      }
    }
  }
  return rows * chosen.length * heads;
}

/** The pairs of different fields that attend most, heaviest first, each direction by itself; equal ones in field order. */
export function strongestPairs(
  { fields, weights }: AttentionMap,
  count: number,
): { from: string; to: string; weight: number }[] {
  return Array.from(weights, (weight, i) => ({
    from: fields[Math.floor(i / fields.length)]!,
    to: fields[i % fields.length]!,
    weight,
  }))
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, count);
}
