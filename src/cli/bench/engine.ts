import { deepFmStep } from "./deepfm-step.js";
import { matmulPeer, matmulRow, matmulTimer } from "./matmul.js";
import { mlpStep } from "./mlp-step.js";
import { sasRecStep } from "./sasrec-step.js";
import type { Suite } from "./suite.js";
import { tableGrowth } from "./table-growth.js";

/** Whole training steps of the design's shapes, against the machine's matmul rate and PyTorch's steps. */
export const engine: Suite = async (bench) => {
  const matmul = await matmulTimer();
  try {
    const peer = await matmulPeer(bench, matmul);
    const mlp = await mlpStep(bench, matmul);
    const sasRec = await sasRecStep(bench, matmul);
    const deepFm = await deepFmStep(bench, matmul);
    const growth = await tableGrowth(bench);
    return [matmulRow(bench, matmul, peer), mlp, sasRec, ...deepFm, growth];
  } finally {
    await matmul.release();
  }
};
