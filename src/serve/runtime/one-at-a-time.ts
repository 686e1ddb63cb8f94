/**
 * Runs work on one thing after the other, and on different things at once: for reading, changing and writing back. It orders
 * what this process does; of two processes that change one thing at the same moment, the last write stays.
 */
export function oneAtATime(): <T>(thing: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (thing, work) => {
    const before = last.get(thing) ?? Promise.resolve();
    const running = before.then(work, work);
    const settled = running
      .catch(() => {})
      .finally(() => {
        if (last.get(thing) === settled) last.delete(thing);
      });
    last.set(thing, settled);
    return running;
  };
}
