import { type Random, random } from "../../core/random.js";
import { concat, constant, type Tensor } from "../../tensor/index.js";
import type { Feeds } from "../../train/index.js";
import { historyFeed, trainable } from "./batches.js";
import { postNormBlock } from "./encoder.js";
import { defineSequenceModel } from "./model.js";
import { sequence } from "./task.js";

/**
 * BERT4Rec (Sun et al. 2019, arXiv:1904.06690): a bidirectional post-norm encoder that restores masked items, with
 * cross-entropy over all items. To predict, a mask is put after the history. Its output has the projection of the original
 * and no bias of its own for each item.
 */
export const bert4Rec = defineSequenceModel({
  name: "bert4rec",
  task: sequence,
  options: { dim: 64, blocks: 2, heads: 2, dropout: 0.1, masked: 0.2 },
  build({ history, rows, length, nn }, o) {
    // One row more than items and padding: the mask.
    const table = nn.parameter("items", [rows + 1, o.dim], { kind: "normal", deviation: 0.02 }, "embedding");
    const ids = nn.scope.declared.training ? history : maskAfter(history, rows);
    const padding = ids.equal(0);
    const embedded = table.gather(ids).add(nn.positions(length, o.dim));
    let x = nn.dropout(nn.layerNorm(embedded), o.dropout);
    for (let i = 0; i < o.blocks; i++) x = postNormBlock(nn.in(`block${i}`), x, padding, o);
    return { hidden: nn.layerNorm(nn.linear(x, o.dim).gelu()), table: table.slice(0, 0, rows) };
  },
  training:
    (train, { length, batchSize, seed, options }) =>
    (epoch) =>
      maskedBatches(train, { length, batchSize, seed, epoch, masked: options.masked }),
});

/** The history without its first place, and the mask at its end. */
function maskAfter(history: Tensor, mask: number): Tensor {
  const end = constant("int32", [1, 1], [mask]).expand([history.shape[0]!, 1]);
  return concat([history.slice(1, 1), end], 1);
}

function* maskedBatches(
  train: Parameters<typeof trainable>[0],
  options: Parameters<typeof trainable>[1] & { masked: number },
): Generator<Feeds> {
  const { length, seed, epoch, masked } = options;
  for (const { chosen, index } of trainable(train, options))
    yield maskedBatch(chosen, length, train.size, masked, random(seed, "mask", epoch, index));
}

/** Hides each item with a probability; where chance spares all of them, the last one. */
function maskedBatch(
  sequences: readonly Int32Array[],
  length: number,
  mask: number,
  probability: number,
  source: Random,
): Feeds {
  const slots = new Int32Array(sequences.length * length);
  const positions: number[] = [];
  const targets: number[] = [];
  const inputs = sequences.map((ids, user) => {
    const kept = ids.slice(-length);
    const hidden = Array.from(kept, () => source.uniform() < probability);
    if (!hidden.includes(true)) hidden[kept.length - 1] = true;
    hidden.forEach((hides, t) => {
      if (!hides) return;
      const position = user * length + length - kept.length + t;
      positions.push(position);
      targets.push(kept[t]!);
      slots[position] = positions.length;
      kept[t] = mask;
    });
    return kept;
  });
  return {
    ...historyFeed(inputs, length),
    "targets.positions": { data: Int32Array.from(positions), shape: [positions.length] },
    "targets.slots": { data: slots, shape: [sequences.length, length] },
    "targets.items": { data: Int32Array.from(targets), shape: [targets.length] },
  };
}
