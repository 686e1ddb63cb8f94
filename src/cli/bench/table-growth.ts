import { random } from "../../core/random.js";
import { deepFM } from "../../models/index.js";
import { clickFields, distinctBatches } from "./click-batches.js";
import { adam, type StepTimer, stepTimer } from "./step-timer.js";
import { type Bench, type BenchRow, told } from "./suite.js";
import { byTurns, medianQuotient } from "./turns.js";

/** The two tables compared, and what every batch of either holds: batch * fields distinct rows. */
export const growthShape = {
  small: 100_000,
  large: 10_000_000,
  fields: 39,
  batch: 2048,
  dim: 16,
  hidden: [400, 400, 400],
};

/**
 * What a whole lazy step of DeepFM costs with a large table, as a multiple of what it costs with a small one, at an equal
 * count of distinct rows in the batch. Every step reads rows anew, so that caches hold the large table's rows no more
 * than a run over a real log would.
 */
export async function tableGrowth(bench: Bench, shape = growthShape): Promise<BenchRow> {
  const timers: StepTimer[] = [];
  const open = async (rows: number) => {
    const click = { rows, fields: shape.fields, batch: shape.batch };
    const { dim, hidden } = shape;
    const timer = await stepTimer(
      deepFM.trainable({ fields: clickFields(click) }, { dim, hidden }),
      distinctBatches(click, random(1, "bench", "distinct", rows)),
      { ...adam, embeddings: "lazy" },
    );
    timers.push(timer);
    return timer;
  };
  try {
    const [small, large] = [await open(shape.small), await open(shape.large)];
    const turns = await byTurns(bench.rounds ?? 5, { small: small.turn, large: large.turn });
    const growth = medianQuotient(turns.large, turns.small)!;
    return told(bench, turns.large, {
      name: "table-growth",
      value: growth,
      unit: `times the step at ${shape.small} rows, at ${shape.large}`,
      bound: "no growth",
      ratio: 1 / growth,
      peer: null,
    });
  } finally {
    for (const timer of timers) await timer.release();
  }
}
