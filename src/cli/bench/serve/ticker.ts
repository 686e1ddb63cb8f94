import { parentPort, workerData } from "node:worker_threads";

/**
 * A thread that says when each of the given times (milliseconds from `timeOrigin` on) has come. It sleeps on a lock, which
 * wakes within tens of microseconds where a timer of the event loop is up to a millisecond late, and burns no processor.
 */
const { times, origin } = workerData as { times: Float64Array; origin: number };
const never = new Int32Array(new SharedArrayBuffer(4));

for (let next = 0; next < times.length; ) {
  const elapsed = performance.timeOrigin + performance.now() - origin;
  const wait = times[next]! - elapsed;
  if (wait > 0) Atomics.wait(never, 0, 0, wait);
  else {
    let due = next + 1;
    while (due < times.length && times[due]! <= elapsed) due++;
    parentPort!.postMessage(due);
    next = due;
  }
}
