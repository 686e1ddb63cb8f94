import { openModels } from "../../../serve/runtime/models.js";
import { retrain } from "../../../serve/training/retrain.js";
import type { Bench, BenchRow } from "../suite.js";
import { asking, incoming, recommendation } from "./decisions.js";
import { quantile, runLoad } from "./load.js";
import { told } from "./rows.js";
import type { Stage } from "./stage.js";

/** Recommendations while the model is trained anew on the whole log, in a process beside; the training is then broken off. */
export async function measureRetraining(bench: Bench, stage: Stage, seconds: number): Promise<BenchRow[]> {
  const { store, config, url, shape, now } = stage;
  const models = openModels(store.registry, { now, report: (problem) => bench.say(problem.message) });
  const stopping = new AbortController();
  let reached = "reading the log";
  // Reading the log cannot be broken off, but what comes after it can.
  const outcomes: typeof store.analytics.outcomes = async (scan) => {
    const found = await store.analytics.outcomes(scan);
    stopping.signal.throwIfAborted();
    reached = "counting";
    return found;
  };
  const training = retrain(
    { store: { ...store, analytics: { ...store.analytics, outcomes } }, models, config },
    {
      project: "default",
      name: "main",
      seconds,
      signal: stopping.signal,
      progress: (message) => {
        reached = message.kind;
      },
    },
  ).then(
    () => "ended",
    (error: Error) => (stopping.signal.aborted ? `was at "${reached}"` : `failed: ${error.message}`),
  );
  try {
    const [report] = await runLoad({
      url,
      shape,
      name: "retraining",
      warmUp: 0,
      seconds,
      streams: [asking(recommendation), incoming],
    });
    stopping.abort();
    if (report!.degraded > 0) bench.say(`retraining: ${report!.degraded} answers came without the model`);
    const about = `recommendations while the whole log is trained on; the training ${await training}`;
    return [
      told(bench, "retraining-p50", quantile(report!.latencies, 0.5), "ms", about),
      told(bench, "retraining-p99", quantile(report!.latencies, 0.99), "ms", about),
    ];
  } finally {
    stopping.abort();
    await training;
    await models.close();
  }
}
