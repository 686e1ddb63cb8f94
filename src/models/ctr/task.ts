import { HeedError } from "../../core/errors.js";
import { bceWithLogits, type Fields, input, type Tensor } from "../../tensor/index.js";
import type { Task } from "../model.js";

/** The fields of a click-through data set: names and vocabulary sizes, in column order. */
export interface CtrData {
  fields: readonly { name: string; size: number }[];
}

export interface CtrInputs {
  fields: Fields;
  /** [batch], 1 for a click. */
  label: Tensor;
}

export interface CtrResult {
  /** [batch] */
  logit: Tensor;
  /** What inference returns beside the probability, such as attention. */
  outputs?: Readonly<Record<string, Tensor>>;
  /** A scalar that the model adds to the cross-entropy while it trains. */
  auxiliaryLoss?: Tensor;
}

/** Click-through rate: one logit per example, trained with binary cross-entropy. */
export const ctr: Task<CtrData, CtrInputs, CtrResult> = {
  name: "ctr",
  inputs({ fields }) {
    if (fields.length === 0) throw new HeedError("empty", "there are no fields", "give at least one field");
    for (const { name, size } of fields) {
      if (Number.isInteger(size) && size >= 1) continue;
      throw new HeedError("field", `field "${name}" has size ${size}`, "give the number of its ids, from 1");
    }
    return {
      fields: {
        ids: input("fields", "int32", ["batch", fields.length]),
        rows: fields.reduce((total, { size }) => total + size, 0),
        names: fields.map(({ name }) => name),
        sizes: fields.map(({ size }) => size),
      },
      label: input("label", "float32", ["batch"]),
    };
  },
  finish({ logit, outputs, auxiliaryLoss }, { label }) {
    const loss = bceWithLogits(logit, label.cast(logit.dtype));
    return {
      loss: auxiliaryLoss ? loss.add(auxiliaryLoss) : loss,
      outputs: { ...outputs, probability: logit.sigmoid() },
    };
  },
};
