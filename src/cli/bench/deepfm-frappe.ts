import { join } from "node:path";
import { importers } from "../../data/index.js";
import { ctrTask, type Plan } from "../../experiments/index.js";
import { deepFM } from "../../models/index.js";
import { fit } from "../../train/index.js";
import { mlpForwardFlops } from "./flops.js";
import { againstMatmul, type MatmulTimer } from "./matmul.js";
import { startEqual } from "./step-contest.js";
import { type Bench, type BenchRow, told } from "./suite.js";
import { byTurns, median, medianQuotient, type Turn } from "./turns.js";

const seed = 1;

/** Whole epochs of DeepFM on Frappe with the published settings: training, then validation. */
export async function deepFmFrappe(bench: Bench, matmul: MatmulTimer, folder: string): Promise<BenchRow> {
  const rounds = bench.rounds ?? 3;
  const split = importers.frappe.load(folder);
  const plan = ctrTask("frappe", split).plan("deepfm", seed);
  const file = join(folder, "frappe_x1.csv.gz");
  const peer = await startEqual(bench.peers, plan.trainable, "deepfm_frappe.py", [file]);
  const ours = epochs(plan, rounds);
  try {
    const turns = await byTurns(rounds, {
      matmul: matmul.turn,
      ours: ours.turn,
      peer: peer && (() => peer.turn()),
    });
    const sizes = [split.fields.length * deepFM.options.dim, ...deepFM.options.hidden, 1];
    const flops = mlpForwardFlops(3 * split.train.length + split.validation.length, sizes);
    return told(bench, turns.ours, {
      name: "deepfm-frappe-epoch",
      value: median(turns.ours),
      unit: "s",
      ...againstMatmul(matmul, flops, turns),
      peer: medianQuotient(turns.peer, turns.ours),
    });
  } finally {
    await peer?.stop();
    await ours.stop();
  }
}

/** A run that goes on by one epoch a turn, without the rule that stops it early. */
function epochs(plan: Plan, rounds: number): { turn: Turn; stop(): Promise<void> } {
  const { patience: _, options: __, batchSize: ___, ...settings } = plan.settings;
  const broken = new AbortController();
  const run = fit(plan.trainable, {
    ...settings,
    seed,
    embeddings: "exact",
    epochs: rounds + 1,
    signal: broken.signal,
    batches: plan.batches,
    metrics: async (predict) => (await plan.measure(predict, "validation")).metrics,
  });
  const progress = run[Symbol.asyncIterator]();
  return {
    async turn() {
      for (;;) {
        const { value } = await progress.next();
        if (value.kind === "epoch") return value.seconds;
      }
    },
    async stop() {
      broken.abort();
      await progress.next();
    },
  };
}
