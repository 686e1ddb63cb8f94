import { random } from "../../core/random.js";
import { bceWithLogits, input } from "../../tensor/index.js";
import type { Feeds, Trainable } from "../../train/index.js";
import { mlpStepFlops } from "./flops.js";
import { againstMatmul, type MatmulTimer } from "./matmul.js";
import { stepContest } from "./step-contest.js";
import { inRotation } from "./step-timer.js";
import { type Bench, type BenchRow, told } from "./suite.js";
import { median, medianQuotient } from "./turns.js";

/** The MLP of the design's table: 624-400-400-400-1 on a batch of 4096. */
export const mlpShape = { batch: 4096, sizes: [624, 400, 400, 400, 1] };

/** A whole training step of an MLP: forward, backward and Adam. */
export async function mlpStep(bench: Bench, matmul: MatmulTimer, shape = mlpShape): Promise<BenchRow> {
  const turns = await stepContest(bench, matmul, {
    model: mlp(shape.sizes),
    next: inRotation([0, 1, 2, 3].map((batch) => mlpBatch(shape, batch))),
    peers: { torch: ["mlp_step.py", "--batch", `${shape.batch}`, "--sizes", shape.sizes.join()] },
  });
  return told(bench, turns.ours, {
    name: "mlp-step",
    value: median(turns.ours) * 1000,
    unit: "ms",
    ...againstMatmul(matmul, mlpStepFlops(shape.batch, shape.sizes, false), turns),
    peer: medianQuotient(turns.peers.torch, turns.ours),
  });
}

/** An MLP on numbers given as they are, with binary cross-entropy. */
export function mlp([inputs, ...sizes]: readonly number[]): Trainable {
  return {
    name: "mlp",
    build(nn) {
      const logit = nn.mlp(input("x", "float32", ["batch", inputs!]), sizes).squeeze(1);
      return { loss: bceWithLogits(logit, input("label", "float32", ["batch"])), outputs: { logit } };
    },
  };
}

function mlpBatch({ batch, sizes }: typeof mlpShape, number: number): Feeds {
  const source = random(1, "bench", "mlp", number);
  const inputs = sizes[0]!;
  return {
    x: { data: Float32Array.from({ length: batch * inputs }, () => source.normal()), shape: [batch, inputs] },
    label: { data: Float32Array.from({ length: batch }, () => source.integer(2)), shape: [batch] },
  };
}
