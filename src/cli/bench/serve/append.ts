import type { HeedEvent } from "../../../events/index.js";
import { createWriter } from "../../../store/embedded/record.js";
import type { Bench, BenchRow } from "../suite.js";
import { diskRate } from "./disk.js";
import { accepted } from "./prefill.js";
import { atLeast, tell, told } from "./rows.js";
import type { Stage } from "./stage.js";
import { openWorld } from "./world.js";

/** Events in one append, appends that wait at one time, and what a second is expected to take. */
const batch = 1_000;
const waiting = 8;
const wanted = 100_000;
/** Events made beforehand and sent with new ids: what drawing them costs is not the log's. */
const drawn = 100_000;

/** Events a second into the log in process: durable, checked against every id of the window, and in online state. */
export async function measureAppend(bench: Bench, stage: Stage, seconds: number): Promise<BenchRow[]> {
  const { store, shape, now } = stage;
  const world = openWorld(shape, "append");
  const pattern = accepted(
    Array.from({ length: Math.min(drawn, shape.events) }, (_, i) => world.event("pattern", i)),
    now(),
  );
  let number = 0;
  function nextBatch(): HeedEvent[] {
    const time = new Date(now()).toISOString();
    return Array.from({ length: batch }, () => ({
      ...pattern[number % pattern.length]!,
      id: `append-${number++}`,
      time,
      received: time,
    }));
  }

  const head = await stage.head();
  let acknowledged = 0;
  const start = performance.now();
  const until = start + seconds * 1000;
  const feed = async () => {
    while (performance.now() < until) {
      const outcomes = await store.log.append(nextBatch());
      for (const outcome of outcomes) if (typeof outcome === "number") acknowledged++;
    }
  };
  await Promise.all(Array.from({ length: waiting }, feed));
  const elapsed = (performance.now() - start) / 1000;
  if (acknowledged !== number || (await stage.head()) - head !== number)
    throw new Error(`${number} events were appended, ${acknowledged} acknowledged`);
  const behind = store.metrics().log_head! - store.metrics().log_loaded!;
  await store.log.find("default", { slate: "none" });
  const settled = (performance.now() - start) / 1000;

  const rate = acknowledged / elapsed;
  const bytes = lineBytes(pattern, head);
  // Appends that wait together share a frame.
  const disk = await diskRate(stage.folder, Math.round(bytes * batch * waiting), Math.min(5, seconds));
  return [
    atLeast(bench, "append", rate, "events/s", wanted),
    tell(bench, {
      name: "append-disk",
      value: (rate * bytes) / 1e6,
      unit: "MB/s",
      bound: `the disk's own ${(disk / 1e6).toFixed(0)} MB/s of frames as large, each synced`,
      ratio: (rate * bytes) / disk,
      peer: null,
    }),
    told(
      bench,
      "append-loaded",
      acknowledged / settled,
      "events/s",
      `until the database holds them all; ${behind} of them were waiting for it at the end`,
    ),
  ];
}

/** Bytes that an event takes in the write-ahead files, on average. */
function lineBytes(events: readonly HeedEvent[], position: number): number {
  const writer = createWriter();
  const bytes = events.reduce((sum, event) => sum + writer.line(writer.entry(event, position)).length + 1, 0);
  return bytes / events.length;
}
