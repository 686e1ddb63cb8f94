import { measureAppend } from "./serve/append.js";
import { measureRank, measureRecommend, measureRescore } from "./serve/decisions.js";
import { measureHttpEvents } from "./serve/http-events.js";
import { measureMemory } from "./serve/memory.js";
import { measureRetraining } from "./serve/retraining.js";
import { openStage, type Stage } from "./serve/stage.js";
import { fullWorld, type WorldShape } from "./serve/world.js";
import type { Bench, BenchRow } from "./suite.js";

type Measure = (bench: Bench, stage: Stage, seconds: number) => Promise<BenchRow[]>;

/** Decisions first: what comes later leaves millions of events behind. */
const measures: readonly Measure[] = [
  measureRecommend,
  measureRescore,
  measureRank,
  measureHttpEvents,
  measureAppend,
  measureRetraining,
];

/** Events in and decisions out, on a log that is full already, with the load generator on the same machine. */
export async function serve(bench: Bench, shape: WorldShape = fullWorld): Promise<BenchRow[]> {
  return onStage(bench, shape, measures, 60);
}

/** Whether memory stays flat under mixed load; ten minutes by default. */
export async function serveMemory(bench: Bench, shape: WorldShape = fullWorld): Promise<BenchRow[]> {
  return onStage(bench, shape, [measureMemory], 600);
}

async function onStage(
  bench: Bench,
  shape: WorldShape,
  wanted: readonly Measure[],
  seconds: number,
): Promise<BenchRow[]> {
  const stage = await openStage(shape, bench.home, bench.say);
  try {
    const rows: BenchRow[] = [];
    for (const measure of wanted) rows.push(...(await measure(bench, stage, bench.seconds ?? seconds)));
    return rows;
  } finally {
    await stage.close();
  }
}
