import { random } from "../../core/random.js";
import { deepFM } from "../../models/index.js";
import { type ClickShape, clickFields, zipfBatches } from "./click-batches.js";
import type { MatmulTimer } from "./matmul.js";
import { stepContest } from "./step-contest.js";
import { adam, inRotation } from "./step-timer.js";
import { type Bench, type BenchRow, told } from "./suite.js";
import { median, medianQuotient } from "./turns.js";

/** DeepFM's sizes on click data. */
export interface DeepFmShape extends ClickShape {
  dim: number;
  hidden: number[];
}

/** Data of Criteo's shape: 39 fields, a million rows. */
export const criteoShape: DeepFmShape = {
  rows: 1_000_000,
  fields: 39,
  batch: 4096,
  dim: 16,
  hidden: [400, 400, 400],
};

/**
 * A whole training step of DeepFM with lazy tables, ids Zipf(1.05) in each field. Its bound is the time it spends inside
 * ONNX Runtime. The peer moves every row with dense gradients; a row of its own holds the one with SparseAdam, which
 * moves the batch's rows as Heed does.
 */
export async function deepFmStep(
  bench: Bench,
  matmul: MatmulTimer,
  shape = criteoShape,
): Promise<BenchRow[]> {
  const { dim, hidden } = shape;
  const draw = zipfBatches(shape, 1.05, random(1, "bench", "zipf"));
  const program = ["deepfm_step.py", ...shapeOptions(shape)] as const;
  const turns = await stepContest(bench, matmul, {
    model: deepFM.trainable({ fields: clickFields(shape) }, { dim, hidden }),
    next: inRotation(Array.from({ length: 16 }, draw)),
    options: { ...adam, embeddings: "lazy" },
    peers: { dense: program, sparse: [...program, "--sparse"] },
  });
  const outside = median(turns.outside);
  const step = {
    value: median(turns.ours) * 1000,
    unit: "ms",
    bound: "its time inside ONNX Runtime",
    ratio: 1 - outside,
  };
  const rows: BenchRow[] = [
    { name: "deepfm-step", ...step, peer: medianQuotient(turns.peers.dense, turns.ours) },
    {
      name: "deepfm-step-sparse-peer",
      ...step,
      peer: medianQuotient(turns.peers.sparse, turns.ours),
    },
    {
      name: "deepfm-step-outside",
      value: outside * 100,
      unit: "% of the step",
      bound: "under 40 wanted",
      ratio: null,
      peer: null,
    },
  ];
  return rows.map((row) => told(bench, turns.ours, row));
}

function shapeOptions({ rows, fields, batch, dim, hidden }: DeepFmShape): string[] {
  const options = { rows, fields, batch, dim, hidden: hidden.join() };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}
