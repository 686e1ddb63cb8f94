import { fork } from "node:child_process";
import type { WorldShape } from "./world.js";

/** What one stream of requests asks for. */
export type Asked =
  /** Batches of `size` new events; each hundredth batch is sent twice. */
  | { kind: "events"; size: number }
  | { kind: "recommend"; surface: string; limit: number; model: string }
  | { kind: "rank"; items: number; model: string };

export interface LoadStream {
  asked: Asked;
  /** Arrivals a second, at times drawn beforehand (a Poisson process); or so many requests at any one time, without a pause. */
  rate: { perSecond: number } | { inFlight: number };
}

/** What a load generator is told. */
export interface LoadRequest {
  url: string;
  shape: WorldShape;
  /** Sets the ids of its events apart from those of others. */
  name: string;
  /** Seconds before anything is counted, and seconds that are. */
  warmUp: number;
  seconds: number;
  streams: LoadStream[];
}

/** What became of a stream. */
export interface StreamReport {
  /**
   * Milliseconds from the scheduled arrival to the last byte of each counted answer, ascending: a request that had to wait
   * because the server stood still counts with its waiting.
   */
  latencies: Float64Array;
  /** Events acknowledged as new in the counted time, and in all. */
  acknowledged: number;
  acknowledgedInAll: number;
  /** Events sent a second time, and those of them that were recognised. */
  repeated: number;
  duplicates: number;
  /** Answers that came without the model (it was late) or with too few items. */
  degraded: number;
  /** Requests that were refused or broke, and the first reason. */
  failures: number;
  failure?: string;
  /** Milliseconds from the first counted arrival to the last counted answer. */
  elapsed: number;
}

export interface RunningLoad {
  done: Promise<StreamReport[]>;
  stop(): void;
}

/** Starts a load generator in a process of its own. It is told everything beforehand and reports when it is done. */
export function startLoad(request: LoadRequest): RunningLoad {
  // From the sources (tests) the compiled program stands in dist/.
  const program = new URL(
    import.meta.url.endsWith(".ts") ? "../../../../dist/cli/bench/serve/load-child.js" : "./load-child.js",
    import.meta.url,
  );
  const child = fork(program, { serialization: "advanced" });
  const done = new Promise<StreamReport[]>((resolve, reject) => {
    child.once("message", (reports: StreamReport[]) => resolve(reports));
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      reject(new Error(`the load generator ended with ${signal ?? `code ${code}`}`)),
    );
    child.send(request);
  });
  return { done, stop: () => child.kill() };
}

/** Runs a load to its end; a request that failed is an error. */
export async function runLoad(request: LoadRequest): Promise<StreamReport[]> {
  const reports = await startLoad(request).done;
  for (const report of reports) checkReport(report);
  return reports;
}

export function checkReport({ failures, failure, repeated, duplicates }: StreamReport): void {
  if (failures > 0) throw new Error(`${failures} requests failed, the first with: ${failure}`);
  if (duplicates !== repeated)
    throw new Error(`${repeated} events were sent again, ${duplicates} of them were recognised`);
}

/** The value below or at which a share of the ascending values lies (nearest rank); NaN of none. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN;
}
