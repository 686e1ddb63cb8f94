import type { Bench, BenchRow } from "../suite.js";
import { median } from "../turns.js";
import { asking, incoming, recommendation, rescoring } from "./decisions.js";
import { checkReport, startLoad } from "./load.js";
import { tell } from "./rows.js";
import type { Stage } from "./stage.js";

/** What may be added, in percent. */
const wanted = 5;
/** Of the time measured, at the start and at the end, the part whose median is taken. */
const part = 0.1;

/**
 * By how much the process grows, in percent of its resident memory, under mixed load: events, recommendations by both
 * models. The warm-up is a fifth of the time and is not counted.
 */
export async function measureMemory(bench: Bench, stage: Stage, seconds: number): Promise<BenchRow[]> {
  const warmUp = seconds / 5;
  const load = startLoad({
    url: stage.url,
    shape: stage.shape,
    name: "memory",
    warmUp,
    seconds,
    streams: [
      { ...asking(recommendation), rate: { perSecond: 100 } },
      { ...asking(rescoring), rate: { perSecond: 50 } },
      incoming,
    ],
  });
  const start = performance.now();
  const samples: { at: number; bytes: number }[] = [];
  const sampling = setInterval(
    () => samples.push({ at: (performance.now() - start) / 1000, bytes: process.memoryUsage.rss() }),
    Math.min(1000, seconds * 10),
  );
  try {
    for (const report of await load.done) checkReport(report);
  } finally {
    clearInterval(sampling);
    load.stop();
  }
  const between = (from: number, to: number) =>
    median(samples.filter(({ at }) => at >= from && at < to).map(({ bytes }) => bytes));
  const first = between(warmUp, warmUp + seconds * part);
  const last = between(warmUp + seconds * (1 - part), warmUp + seconds);
  const largest = samples.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const growth = 100 * (last / first - 1);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  return [
    tell(bench, {
      name: "memory-growth",
      value: growth,
      unit: "%",
      bound: `under ${wanted} % wanted, from ${megabytes(first)} to ${megabytes(last)} in ${seconds} s after ${warmUp} s; at most ${megabytes(largest)}`,
      ratio: growth > 0 ? wanted / growth : null,
      peer: null,
    }),
  ];
}
