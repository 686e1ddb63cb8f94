/** Thrown by `withinTime`. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

/** The answer of some work, or TimedOut after so many milliseconds; the signal tells the work to stop. */
export async function withinTime<T>(limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new TimedOut(`no answer within ${limit} ms`);
      controller.abort(error);
      reject(error);
    }, limit);
  });
  try {
    // A promise that loses the race is handled by it, so a late failure goes unheard.
    return await Promise.race([(async () => work(controller.signal))(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
