import type { Bench, BenchRow } from "../suite.js";
import { quantile, runLoad } from "./load.js";
import { atLeast, told } from "./rows.js";
import type { Stage } from "./stage.js";

const size = 100;
const connections = 8;
const wanted = 20_000;

/** Events a second over HTTP in batches, as many as go: each durable before it is acknowledged, those sent twice known. */
export async function measureHttpEvents(bench: Bench, stage: Stage, seconds: number): Promise<BenchRow[]> {
  const before = await stage.head();
  const [report] = await runLoad({
    url: stage.url,
    shape: stage.shape,
    name: "http-events",
    warmUp: seconds / 10,
    seconds,
    streams: [{ asked: { kind: "events", size }, rate: { inFlight: connections } }],
  });
  const { acknowledged, acknowledgedInAll, elapsed, latencies, duplicates } = report!;
  const stored = (await stage.head()) - before;
  if (stored !== acknowledgedInAll)
    throw new Error(`${acknowledgedInAll} events were acknowledged, the log grew by ${stored}`);
  return [
    atLeast(bench, "http-events", acknowledged / (elapsed / 1000), "events/s", wanted),
    told(
      bench,
      "http-events-p99",
      quantile(latencies, 0.99),
      "ms",
      `a batch of ${size}, ${connections} at a time; ${duplicates} events sent twice were known`,
    ),
  ];
}
