import type { Bench, BenchRow } from "../suite.js";
import { type Asked, type LoadStream, quantile, runLoad } from "./load.js";
import { below, told } from "./rows.js";
import { clickSurface, type Stage } from "./stage.js";
import { openWorld } from "./world.js";

/** Requests a second, and the events that come in meanwhile, in batches as an SDK sends them. */
const requestsPerSecond = 200;
const eventsPerSecond = 2_000;
const eventBatch = 20;

/** The events that come in while decisions are asked for. */
export const incoming: LoadStream = {
  asked: { kind: "events", size: eventBatch },
  rate: { perSecond: eventsPerSecond / eventBatch },
};

export function asking(asked: Asked): LoadStream {
  return { asked, rate: { perSecond: requestsPerSecond } };
}

export const recommendation = { kind: "recommend", surface: "home", limit: 10, model: "sasrec" } as const;
export const rescoring = { kind: "recommend", surface: clickSurface, limit: 10, model: "deepfm" } as const;
const ranking = { kind: "rank", items: 100, model: "deepfm" } as const;

/** Recommendations by the sequence model, the user's history encoded for each; and what HTTP costs beside a call in process. */
export async function measureRecommend(bench: Bench, stage: Stage, seconds: number): Promise<BenchRow[]> {
  const latencies = await latenciesOf(bench, stage, "recommend", recommendation, seconds);
  const inProcess = await callsInProcess(stage, Math.min(seconds, 10));
  const median = quantile(latencies, 0.5);
  return [
    below(bench, "recommend-p50", median, "ms", 2),
    below(bench, "recommend-p99", quantile(latencies, 0.99), "ms", 8),
    told(
      bench,
      "recommend-in-process-p50",
      inProcess,
      "ms",
      `calls one after the other with nothing beside them; over HTTP under load ${(median - inProcess).toFixed(2)} ms more`,
    ),
  ];
}

/** The same with the click model scoring the candidates again. */
export async function measureRescore(bench: Bench, stage: Stage, seconds: number): Promise<BenchRow[]> {
  const latencies = await latenciesOf(bench, stage, "rescore", rescoring, seconds);
  return [
    below(bench, "rescore-p50", quantile(latencies, 0.5), "ms", 6),
    below(bench, "rescore-p99", quantile(latencies, 0.99), "ms", 15),
  ];
}

/** A hundred given items ordered by the click model. */
export async function measureRank(bench: Bench, stage: Stage, seconds: number): Promise<BenchRow[]> {
  await stage.putInCharge("clicks");
  try {
    const latencies = await latenciesOf(bench, stage, "rank", ranking, seconds);
    return [
      below(bench, "rank-p50", quantile(latencies, 0.5), "ms", 4),
      told(bench, "rank-p99", quantile(latencies, 0.99), "ms", "the same requests"),
    ];
  } finally {
    await stage.putInCharge("sequence");
  }
}

async function latenciesOf(
  bench: Bench,
  stage: Stage,
  name: string,
  asked: Asked,
  seconds: number,
): Promise<Float64Array> {
  const before = await stage.head();
  const reports = await runLoad({
    url: stage.url,
    shape: stage.shape,
    name,
    // Code that runs two hundred times a second takes its time to be compiled.
    warmUp: Math.min(15, seconds / 4),
    seconds,
    streams: [asking(asked), incoming],
  });
  const acknowledged = reports[1]!.acknowledgedInAll;
  const stored = (await stage.head()) - before;
  if (stored < acknowledged)
    throw new Error(`${acknowledged} events were acknowledged, the log grew by ${stored}`);
  const { latencies, degraded } = reports[0]!;
  if (degraded > 0) bench.say(`${name}: ${degraded} of ${latencies.length} answers came without the model`);
  return latencies;
}

/** The median of calls in process, in milliseconds, for users as the load draws them. */
async function callsInProcess({ heed, shape }: Stage, seconds: number): Promise<number> {
  const world = openWorld(shape, "in process");
  const latencies: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const user = world.user();
    const start = performance.now();
    await heed.recommend(user, { limit: 10 });
    latencies.push(performance.now() - start);
  }
  return quantile(Float64Array.from(latencies).sort(), 0.5);
}
