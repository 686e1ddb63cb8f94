/** The time budget of one training, in seconds on the clock of the process. */
export interface Budget {
  left(): number;
  /** An equal part of what is left for each of those still to come, so that what one leaves goes to the dearer ones. */
  share(stillToCome: number): number;
}

export function openBudget(seconds: number, now: () => number = () => performance.now()): Budget {
  const end = now() + seconds * 1000;
  const left = () => Math.max(0, (end - now()) / 1000);
  return { left, share: (stillToCome) => left() / stillToCome };
}

/** Goes on with what is given until a time of the clock, but gives one at least. */
export async function* until<T>(
  end: number,
  given: Iterable<T> | AsyncIterable<T>,
  now: () => number = () => performance.now(),
): AsyncGenerator<T> {
  for await (const each of given) {
    yield each;
    if (now() >= end) return;
  }
}
