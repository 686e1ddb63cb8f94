import type { Random } from "../../core/random.js";
import type { Feeds } from "../../train/index.js";
import { zipf } from "./zipf.js";

/** Click data drawn at random: fields of one vocabulary size, one after the other in one range of ids. */
export interface ClickShape {
  /** Rows over all fields; each field has the whole part of rows / fields. */
  rows: number;
  fields: number;
  batch: number;
}

/** Names and sizes of the fields. */
export function clickFields({ rows, fields }: ClickShape): { name: string; size: number }[] {
  return Array.from({ length: fields }, (_, f) => ({ name: `f${f}`, size: Math.floor(rows / fields) }));
}

/** Batches whose ids follow a Zipf law within each field, as in click logs; id 0 of a field is the most frequent. */
export function zipfBatches(shape: ClickShape, exponent: number, source: Random): () => Feeds {
  const size = Math.floor(shape.rows / shape.fields);
  const drawn = zipf(size, exponent);
  const draw = () => drawn(source);
  return () => clickBatch(shape, source, () => Int32Array.from({ length: shape.batch }, draw));
}

/** Batches in which no id of a field occurs twice: uniform draws without replacement, new ones each time. */
export function distinctBatches(shape: ClickShape, source: Random): () => Feeds {
  const size = Math.floor(shape.rows / shape.fields);
  // Any order will do for the start of a Fisher-Yates shuffle broken off after `batch` places: also the last one's.
  const order = Int32Array.from({ length: size }, (_, i) => i);
  const draw = () => {
    for (let i = 0; i < shape.batch; i++) {
      const j = i + source.integer(size - i);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order.subarray(0, shape.batch);
  };
  return () => clickBatch(shape, source, draw);
}

function clickBatch({ rows, fields, batch }: ClickShape, source: Random, column: () => Int32Array): Feeds {
  const size = Math.floor(rows / fields);
  const ids = new Int32Array(batch * fields);
  for (let f = 0; f < fields; f++) {
    const drawn = column();
    for (let i = 0; i < batch; i++) ids[i * fields + f] = f * size + drawn[i]!;
  }
  const label = Float32Array.from({ length: batch }, () => source.integer(2));
  return { fields: { data: ids, shape: [batch, fields] }, label: { data: label, shape: [batch] } };
}
