import { HeedError } from "../../core/errors.js";
import { input, linearCrossEntropy, type Tensor, withGradient } from "../../tensor/index.js";
import type { Task } from "../model.js";
import { catalogueOutputs } from "./catalogue-outputs.js";

/** The shape of a sequence data set: item ids run from 1 to `items`, histories are cut to `length`. */
export interface SequenceData {
  items: number;
  length: number;
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
interface Targets {
  positions: Tensor;
  /** [batch, length]: 1 + the token at this position, 0 for none. */
  slots: Tensor;
  /** [tokens], the item that follows. */
  items: Tensor;
}

export interface SequenceResult {
  /** [batch, length, dim]. */
  hidden: Tensor;
  /** Output item vectors [items + 1, dim]; row 0 is padding and is never predicted. */
  table: Tensor;
}

/** Next-item prediction: cross-entropy over the whole catalogue at every position that has a next item. */
export const sequence: Task<SequenceData, SequenceInputs, SequenceResult> = {
  name: "sequence",
  inputs({ items, length }) {
    for (const [name, value] of Object.entries({ items, length })) {
      if (Number.isInteger(value) && value >= 1) continue;
      throw new HeedError("sequence", `${name} is ${value}`, "give a whole number from 1");
    }
    return {
      history: input("history", "int32", ["batch", length]),
      rows: items + 1,
      length,
      targets: {
        positions: input("targets.positions", "int32", ["tokens"]),
        slots: input("targets.slots", "int32", ["batch", length]),
        items: input("targets.items", "int32", ["tokens"]),
      },
    };
  },
  finish({ hidden, table }, { targets }, { items }) {
    const states = pickPositions(hidden.flatten2d(), targets);
    return {
      // Row 0 is padding and no class: the first item is class 0.
      loss: linearCrossEntropy(states, table.slice(0, 1), targets.items.sub(1)),
      outputs: catalogueOutputs(hidden.at(1, -1), table, items),
    };
  },
};

/** Gathers rows of [batch * length, dim]; each position at most once, so the way back is a gather too. */
function pickPositions(rows: Tensor, { positions, slots }: Targets): Tensor {
  return withGradient(rows.gather(positions), [rows], (g) => {
    const token = slots.reshape([-1]);
    const back = g.gather(token.maximum(1).sub(1));
    return [token.greater(0).unsqueeze(1).where(back, 0)];
  });
}
