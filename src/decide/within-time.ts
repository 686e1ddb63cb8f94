/** Thrown by `withinTime`. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

/** Gives the signal that tells some work to stop; made for the work that asks for it, for most is done too soon to listen. */
export type StopSignal = () => AbortSignal;

/** The answer of some work, or TimedOut after so many milliseconds, when the signal tells the work to stop. */
export async function withinTime<T>(limit: number, work: (signal: StopSignal) => Promise<T>): Promise<T> {
  let controller: AbortController | undefined;
  let late: TimedOut | undefined;
  const signal = () => {
    controller ??= new AbortController();
    if (late) controller.abort(late);
    return controller.signal;
  };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = new TimedOut(`no answer within ${limit} ms`);
      controller?.abort(late);
      reject(late);
    }, limit);
  });
  try {
    // A promise that loses the race is handled by it, so a late failure goes unheard.
    return await Promise.race([(async () => work(signal))(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
