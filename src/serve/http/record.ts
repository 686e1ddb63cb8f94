import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { HeedError } from "../../core/errors.js";
import { readLines } from "../../core/lines.js";
import type { Rejection } from "../../events/event.js";
import type { RecordResult } from "../heed.js";
import { findFlaw, readJson } from "./json.js";
import { redact } from "./redact.js";
import type { RouteContext } from "./route.js";

/** Hands events on and answers for each; what JSON allows and Heed does not is rejected alone, like any malformed event. */
export async function recordBatch(
  values: readonly unknown[],
  context: Pick<RouteContext, "heed" | "caller" | "metrics" | "rejections">,
  sent?: number,
): Promise<RecordResult> {
  const { heed, caller, metrics, rejections } = context;
  const flawed: Rejection[] = [];
  values.forEach((value, index) => {
    const flaw = findFlaw(value);
    if (flaw) flawed.push({ index, ...flaw });
  });
  const { sound, places } = without(values, flawed);
  const result =
    sound.length > 0
      ? await heed.record(sound, { project: caller.project, ...(sent !== undefined && { sent }) })
      : { accepted: 0, duplicates: 0, rejected: [] };
  const rejected = [
    ...flawed,
    ...result.rejected.map((one) => ({ ...one, index: places[one.index] ?? one.index })),
  ]
    .sort((a, b) => a.index - b.index)
    .map((one) => ({ ...one, path: redact(one.path), reason: redact(one.reason) }));
  metrics.recorded({ ...result, rejected: rejected.length });
  rejections.add(caller.project, rejected, values);
  return { accepted: result.accepted, duplicates: result.duplicates, rejected };
}

function without(values: readonly unknown[], flawed: readonly Rejection[]) {
  const places = values.map((_, index) => index);
  if (flawed.length === 0) return { sound: values, places };
  const out = new Set(flawed.map(({ index }) => index));
  const kept = places.filter((index) => !out.has(index));
  return { sound: kept.map((index) => values[index]), places: kept };
}

const eventsAtOnce = 500;
const bytesAtOnce = 500_000;
const listedRejections = 1000;

interface StreamResult extends RecordResult {
  rejected: (Rejection & { line?: number })[];
  unlisted?: number;
}

/**
 * Records a stream of NDJSON. The next lines are read once the ones before are durable, so memory stays flat and a fast sender
 * waits. Where Heed is busy it is asked again for some seconds. An error says from which line on to send again.
 */
export async function recordStream(stream: Readable, context: RouteContext): Promise<StreamResult> {
  const { limits, metrics, rejections, caller } = context;
  const total: StreamResult = { accepted: 0, duplicates: 0, rejected: [] };
  let unlisted = 0;
  let count = 0;
  let read = 0;
  let pending: { value: unknown; index: number; line: number }[] = [];
  let size = 0;

  function reject(rejection: Rejection & { line: number }): void {
    if (total.rejected.length < listedRejections) total.rejected.push(rejection);
    else unlisted++;
  }

  async function flush(): Promise<void> {
    if (pending.length === 0) return;
    const firstLine = pending[0]!.line;
    if (context.draining()) throw stopped("unavailable", "the server is closing", firstLine);
    const values = pending.map(({ value }) => value);
    const result = await patiently(() => recordBatch(values, context), firstLine);
    total.accepted += result.accepted;
    total.duplicates += result.duplicates;
    for (const one of result.rejected) {
      const { index, line } = pending[one.index]!;
      reject({ ...one, index, line });
    }
    pending = [];
    size = 0;
  }

  for await (const { number: line, bytes } of readLines(stream, limits.line)) {
    const index = count++;
    const { value, reason } = readLine(bytes, limits.line);
    if (reason === undefined) pending.push({ value, index, line });
    else {
      const rejection = { index, line, path: "", reason };
      reject(rejection);
      rejections.add(caller.project, [rejection], []);
      metrics.recorded({ accepted: 0, duplicates: 0, rejected: 1 });
    }
    const bytesRead = bytes?.length ?? limits.line;
    read += bytesRead;
    size += bytesRead;
    if (pending.length >= eventsAtOnce || size >= bytesAtOnce) await flush();
    if (read > limits.stream) {
      await flush();
      throw stopped("too-large", `the stream is larger than ${limits.stream} bytes`, line + 1);
    }
  }
  await flush();
  total.rejected.sort((a, b) => a.index - b.index);
  return unlisted > 0 ? { ...total, unlisted } : total;
}

function readLine(bytes: Buffer | null, longest: number): { value?: unknown; reason?: string } {
  if (!bytes) return { reason: `the line is longer than ${longest} bytes` };
  try {
    return { value: readJson(bytes) };
  } catch {
    return { reason: "the line is not valid JSON in UTF-8" };
  }
}

const patience = [50, 100, 200, 400, 800, 1600, 3200];

async function patiently(record: () => Promise<RecordResult>, firstLine: number): Promise<RecordResult> {
  for (const wait of patience) {
    try {
      return await record();
    } catch (error) {
      if (!(error instanceof HeedError && error.code === "busy")) throw error;
      await sleep(wait);
    }
  }
  throw stopped("busy", "Heed is busy", firstLine);
}

function stopped(code: string, why: string, line: number): HeedError {
  return new HeedError(
    code,
    `${why}; every line before line ${line} was taken`,
    `send the rest again from line ${line}`,
  );
}
