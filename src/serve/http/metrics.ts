import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RecordResult } from "../heed.js";

/** What a server counts about itself, and its Prometheus text. */
export interface Metrics {
  /** One answered or lost request; `route` is the route's pattern, never a path with names in it. */
  answered(method: string, route: string, status: number, seconds: number): void;
  recorded(result: Pick<RecordResult, "accepted" | "duplicates"> & { rejected: number }): void;
  tailDropped(): void;
  text(): Promise<string>;
  contentType: string;
}

/** Counters of one server; `current` is asked for what changes all the time when the text is made. */
export function createMetrics(current: {
  inFlight(): number;
  inFlightBytes(): number;
  tails(): number;
  retrieval(): readonly { name: string; compared: number; recall: number | null }[];
}): Metrics {
  const registers = [new Registry()];
  const requests = new Counter({
    name: "heed_http_requests_total",
    help: "Requests by method, route and status",
    labelNames: ["method", "route", "status"] as const,
    registers,
  });
  const latency = new Histogram({
    name: "heed_http_request_seconds",
    help: "Time from the headers of a request to the end of its answer",
    labelNames: ["method", "route"] as const,
    buckets: [0.0005, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 4, 8],
    registers,
  });
  const events = new Counter({
    name: "heed_events_total",
    help: "Events by what became of them",
    labelNames: ["outcome"] as const,
    registers,
  });
  const dropped = new Counter({
    name: "heed_tail_dropped_total",
    help: "Tail listeners that were too slow and were dropped",
    registers,
  });
  const gauges: [name: string, help: string, read: () => number][] = [
    ["heed_http_in_flight", "Requests being read or answered", current.inFlight],
    ["heed_http_in_flight_bytes", "Bytes of their bodies", current.inFlightBytes],
    ["heed_tails", "Listeners of the event tail", current.tails],
    ["process_resident_memory_bytes", "Resident memory of the process", () => process.memoryUsage.rss()],
    ["process_heap_used_bytes", "JavaScript heap in use", () => process.memoryUsage().heapUsed],
    ["process_cpu_seconds_total", "Processor time used", cpuSeconds],
    ["process_uptime_seconds", "Time since the process started", () => process.uptime()],
  ];
  for (const [name, help, read] of gauges)
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  new Gauge({
    name: "heed_retrieval_recall",
    help: "Share of the best items by exact search that the index found, over the requests that were compared",
    labelNames: ["model"] as const,
    registers,
    collect() {
      this.reset();
      for (const [model, recall] of recallByModel(current.retrieval())) this.set({ model }, recall);
    },
  });
  for (const outcome of ["accepted", "duplicate", "rejected"]) events.inc({ outcome }, 0);

  return {
    answered(method, route, status, seconds) {
      requests.inc({ method, route, status });
      latency.observe({ method, route }, seconds);
    },
    recorded({ accepted, duplicates, rejected }) {
      events.inc({ outcome: "accepted" }, accepted);
      events.inc({ outcome: "duplicate" }, duplicates);
      events.inc({ outcome: "rejected" }, rejected);
    },
    tailDropped: () => dropped.inc(),
    text: () => registers[0]!.metrics(),
    contentType: registers[0]!.contentType,
  };
}

/** Over all projects, each by the number of its compared requests. */
function recallByModel(
  states: readonly { name: string; compared: number; recall: number | null }[],
): Map<string, number> {
  const totals = new Map<string, { compared: number; found: number }>();
  for (const { name, compared, recall } of states) {
    if (recall === null) continue;
    const before = totals.get(name) ?? { compared: 0, found: 0 };
    totals.set(name, {
      compared: before.compared + compared,
      found: before.found + recall * compared,
    });
  }
  return new Map([...totals].map(([name, { compared, found }]) => [name, found / compared]));
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
