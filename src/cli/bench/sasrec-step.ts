import { random } from "../../core/random.js";
import { sasRec, sequenceBatch } from "../../models/index.js";
import { sasRecStepFlops } from "./flops.js";
import { againstMatmul, type MatmulTimer } from "./matmul.js";
import { stepContest } from "./step-contest.js";
import { inRotation } from "./step-timer.js";
import { type Bench, type BenchRow, told } from "./suite.js";
import { median, medianQuotient } from "./turns.js";

/** SASRec of the design's table: MovieLens 1M's items, full histories of 50. */
export const sasRecShape = { batch: 128, length: 50, dim: 64, blocks: 2, items: 3416 };

/** A whole training step of SASRec with a softmax over all items at every position: forward, backward and Adam. */
export async function sasRecStep(bench: Bench, matmul: MatmulTimer, shape = sasRecShape): Promise<BenchRow> {
  const { batch, length, dim, blocks, items } = shape;
  const source = random(1, "bench", "sasrec");
  const history = () => Int32Array.from({ length: length + 1 }, () => 1 + source.integer(items));
  const drawn = Array.from({ length: 16 }, () =>
    sequenceBatch(Array.from({ length: batch }, history), length),
  );
  const options = Object.entries(shape).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const turns = await stepContest(bench, matmul, {
    model: sasRec.trainable({ items, length }, { dim, blocks, dropout: 0 }),
    next: inRotation(drawn),
    peers: { torch: ["sasrec_step.py", ...options] },
  });
  return told(bench, turns.ours, {
    name: "sasrec-step",
    value: median(turns.ours) * 1000,
    unit: "ms",
    ...againstMatmul(matmul, sasRecStepFlops({ ...shape, targets: batch * length }), turns),
    peer: medianQuotient(turns.peers.torch, turns.ours),
  });
}
