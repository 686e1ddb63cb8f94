import { HeedError } from "../../core/errors.js";
import { constant, input, type Tensor, withGradient } from "../../tensor/index.js";
import type { Task } from "../model.js";
import { catalogueLoss, type TargetLoss } from "./losses.js";

/** The shape of a sequence data set: item ids run from 1 to `items`, histories are cut to `length`. */
export interface SequenceData {
  items: number;
  length: number;
  /** How often each item occurs in training, by id [items + 1]: what an empty history is given. */
  popularity?: ArrayLike<number> | undefined;
  /** Each token's loss is multiplied by a weight of its own, fed as `targets.weights`. */
  weighted?: boolean;
}

export interface SequenceInputs {
  /** [batch, length] item ids in time order, left-padded with 0. */
  history: Tensor;
  /** Number of table rows an item embedding needs: items + 1. */
  rows: number;
  length: number;
  targets: Targets;
}

/**
 * Where the loss is taken. Only positions that have a target reach the catalogue-wide softmax, so that padding costs
 * nothing there: `positions` [tokens] index the flattened [batch * length], `slots` is the way back.
 */
export interface Targets {
  positions: Tensor;
  /** [batch, length]: 1 + the token at this position, 0 for none. */
  slots: Tensor;
  /** [tokens], the item that follows. */
  items: Tensor;
  /** [tokens, own]: items to tell each target from, for losses that sample them. */
  own: Tensor;
  /** [shared]: the same for all tokens of the batch. */
  shared: Tensor;
  /** [tokens], where losses are weighted. */
  weights?: Tensor;
}

export interface SequenceResult {
  /** [batch, length, dim]. */
  hidden: Tensor;
  /** Output item vectors [items + 1, dim]; row 0 is padding and is never predicted. */
  table: Tensor;
  /** The loss at the targets; cross-entropy over the whole catalogue, unless given. */
  loss?: TargetLoss;
  /** Added to the loss at the targets. */
  extraLoss?: Tensor;
}

/**
 * Next-item prediction: a loss at every position that has a target. Probes, both [batch, length, dim]: the model's
 * `states` at every position, and the `vectors` of the items there.
 */
export const sequence: Task<SequenceData, SequenceInputs, SequenceResult> = {
  name: "sequence",
  inputs(data) {
    checkSequenceData(data);
    const { items, length, weighted } = data;
    return {
      history: input("history", "int32", ["batch", length]),
      rows: items + 1,
      length,
      targets: {
        positions: input("targets.positions", "int32", ["tokens"]),
        slots: input("targets.slots", "int32", ["batch", length]),
        items: input("targets.items", "int32", ["tokens"]),
        own: input("targets.own", "int32", ["tokens", "own"]),
        shared: input("targets.shared", "int32", ["shared"]),
        ...(weighted && { weights: input("targets.weights", "float32", ["tokens"]) }),
      },
    };
  },
  finish({ hidden, table, loss = catalogueLoss, extraLoss }, { history, targets }, data) {
    const losses = loss(pickPositions(hidden.flatten2d(), targets), table, targets);
    const main = (targets.weights ? losses.mul(targets.weights) : losses).mean();
    return {
      loss: extraLoss ? main.add(extraLoss) : main,
      outputs: catalogueOutputs(hidden.at(1, -1), table, history, data),
      probes: { states: hidden, vectors: table.gather(history) },
    };
  },
};

/** Refuses a catalogue or a length of histories that is no whole number from 1, and counts that are not one an id. */
export function checkSequenceData({ items, length, popularity }: SequenceData): void {
  for (const [name, value] of Object.entries({ items, length })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new HeedError("sequence", `${name} is ${value}`, "give a whole number from 1");
  }
  if (popularity && popularity.length !== items + 1) {
    throw new HeedError(
      "sequence",
      `popularity has ${popularity.length} counts for ${items} items`,
      `give one count an id, 0..${items}`,
    );
  }
}

/**
 * The output of a sequence model: states [batch, dim] times the table [items + 1, dim]. Padding is never predicted, and an
 * empty history gets what is popular, where that is known.
 */
export function catalogueScores(
  state: Tensor,
  table: Tensor,
  history: Tensor,
  { items, popularity }: SequenceData,
): Tensor {
  const scores = state.matmul(table, { transposeRight: true }).add(paddingMask(items, state.dtype));
  if (!popularity) return scores;
  const popular = constant(
    state.dtype,
    [items + 1],
    Array.from({ length: items + 1 }, (_, id) => (id === 0 ? -1e9 : popularity[id]!)),
  );
  return history.at(1, -1).equal(0).unsqueeze(1).where(popular, scores);
}

/**
 * What a model answers with that scores items by inner products: `scores` as above, and the vectors that they are products of,
 * for retrieval without scoring every item: `userVector` [batch, dim] of the history and `itemVectors` [items + 1, dim].
 */
export function catalogueOutputs(
  state: Tensor,
  table: Tensor,
  history: Tensor,
  data: SequenceData,
): { scores: Tensor; userVector: Tensor; itemVectors: Tensor } {
  return {
    scores: catalogueScores(state, table, history, data),
    userVector: state,
    itemVectors: table,
  };
}

function paddingMask(items: number, dtype: Tensor["dtype"]): Tensor {
  return constant(
    dtype,
    [items + 1],
    Array.from({ length: items + 1 }, (_, id) => (id === 0 ? -1e9 : 0)),
  );
}

/** Gathers rows of [batch * length, dim]; each position at most once, so the way back is a gather too. */
export function pickPositions(rows: Tensor, { positions, slots }: Targets): Tensor {
  return withGradient(rows.gather(positions), [rows], (g) => {
    const token = slots.reshape([-1]);
    const back = g.gather(token.maximum(1).sub(1));
    return [token.greater(0).unsqueeze(1).where(back, 0)];
  });
}
