import { Agent, request as httpRequest } from "node:http";
import { Worker } from "node:worker_threads";
import { type Random, random } from "../../../core/random.js";
import type { RecordResult } from "../../../serve/heed.js";
import type { Asked, LoadRequest, LoadStream, StreamReport } from "./load.js";
import { openWorld, type World } from "./world.js";

/** The load generator: a process that sends requests at times fixed beforehand and measures how late the answers are. */

interface Prepared {
  method: "GET" | "POST";
  path: string;
  body?: string;
  /** Events in the body, and whether they were sent before. */
  events: number;
  repeated: boolean;
}

interface Answer {
  status: number;
  text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

function send(url: string, { method, path, body }: Prepared): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = httpRequest(`${url}${path}`, { agent, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.once("error", reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Makes the requests of one stream, one after the other. */
function requests(asked: Asked, world: World, name: string): () => Prepared {
  switch (asked.kind) {
    case "events": {
      let number = 0;
      let batches = 0;
      let again: string | null = null;
      const common = { method: "POST", path: "/v1/events", events: asked.size } as const;
      return () => {
        if (again !== null) {
          const body = again;
          again = null;
          return { ...common, body, repeated: true };
        }
        const events = Array.from({ length: asked.size }, () => world.event(name, number++));
        const body = JSON.stringify(events);
        if (++batches % 100 === 50) again = body;
        return { ...common, body, repeated: false };
      };
    }
    case "recommend": {
      const { surface, limit } = asked;
      return () => ({
        method: "POST",
        path: `/v1/recommend/${world.user()}`,
        body: JSON.stringify({ surface, limit, context: world.context() }),
        events: 0,
        repeated: false,
      });
    }
    case "rank":
      return () => ({
        method: "POST",
        path: "/v1/rank",
        body: JSON.stringify({
          user: world.user(),
          items: world.someItems(asked.items),
          context: world.context(),
        }),
        events: 0,
        repeated: false,
      });
  }
}

/** Counts what comes back for one stream. */
function counting(asked: Asked) {
  const latencies: number[] = [];
  const report: Omit<StreamReport, "latencies"> = {
    acknowledged: 0,
    acknowledgedInAll: 0,
    repeated: 0,
    duplicates: 0,
    degraded: 0,
    failures: 0,
    elapsed: 0,
  };

  function failed(reason: string): void {
    report.failures++;
    report.failure ??= reason;
  }

  function recorded(prepared: Prepared, text: string, counted: boolean): void {
    const { accepted, duplicates, rejected } = JSON.parse(text) as RecordResult;
    if (rejected.length > 0) failed(`rejected: ${JSON.stringify(rejected[0])}`);
    report.acknowledgedInAll += accepted;
    report.duplicates += duplicates;
    if (prepared.repeated) report.repeated += prepared.events;
    if (counted) report.acknowledged += accepted;
  }

  function decided(wanted: number, model: string, text: string): void {
    const answer = JSON.parse(text) as { model: string; items: unknown[] };
    if (answer.model !== model || answer.items.length !== wanted) report.degraded++;
  }

  return {
    answered(prepared: Prepared, { status, text }: Answer, latency: number, elapsed: number): void {
      const counted = elapsed - latency >= 0;
      if (status !== 200) failed(`status ${status}: ${text.slice(0, 200)}`);
      else if (asked.kind === "events") recorded(prepared, text, counted);
      else if (counted) decided(asked.kind === "rank" ? asked.items : asked.limit, asked.model, text);
      if (!counted) return;
      latencies.push(latency);
      report.elapsed = Math.max(report.elapsed, elapsed);
    },
    failed,
    report: (): StreamReport => ({ ...report, latencies: Float64Array.from(latencies).sort() }),
  };
}

/** Arrival times in milliseconds, drawn beforehand: exponential gaps, as of many people who know nothing of each other. */
function arrivals(perSecond: number, seconds: number, source: Random): Float64Array {
  const times: number[] = [];
  for (let at = 0; ; ) {
    at += (-Math.log(1 - source.uniform()) / perSecond) * 1000;
    if (at >= seconds * 1000) return Float64Array.from(times);
    times.push(at);
  }
}

async function run(given: LoadRequest, stream: LoadStream, index: number): Promise<StreamReport> {
  const { url, shape, warmUp, seconds } = given;
  const name = `${given.name}-${index}`;
  const next = requests(stream.asked, openWorld(shape, name), name);
  const counts = counting(stream.asked);
  const origin = performance.timeOrigin + performance.now();
  const elapsed = () => performance.timeOrigin + performance.now() - origin;
  const start = warmUp * 1000;
  const end = start + seconds * 1000;

  async function one(scheduled: number): Promise<void> {
    try {
      const prepared = next();
      const answer = await send(url, prepared);
      const now = elapsed();
      counts.answered(prepared, answer, now - scheduled, now - start);
    } catch (error) {
      counts.failed((error as Error).message);
    }
  }

  if ("inFlight" in stream.rate) {
    const chain = async () => {
      while (elapsed() < end) await one(elapsed());
    };
    await Promise.all(Array.from({ length: stream.rate.inFlight }, chain));
    return counts.report();
  }
  const times = arrivals(stream.rate.perSecond, warmUp + seconds, random(1, "bench", "arrivals", name));
  const pending = new Set<Promise<void>>();
  let begun = 0;
  await new Promise<void>((resolve, reject) => {
    const ticker = new Worker(new URL("./ticker.js", import.meta.url), { workerData: { times, origin } });
    ticker.on("message", (due: number) => {
      for (; begun < due; begun++) {
        const asked = one(times[begun]!).finally(() => pending.delete(asked));
        pending.add(asked);
      }
    });
    ticker.once("error", reject);
    ticker.once("exit", () => resolve());
  });
  await Promise.all(pending);
  return counts.report();
}

process.once("message", (given: LoadRequest) => {
  Promise.all(given.streams.map((stream, index) => run(given, stream, index))).then(
    (reports) => process.send!(reports, () => process.disconnect()),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit());
