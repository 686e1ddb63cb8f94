/** A map that gives up the entries nobody used for a while: the clock algorithm, an approximation of least recently used. */
export interface ClockMap<V extends Evictable> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): boolean;
  /** Removes and returns an entry that was not used since the hand last passed it; undefined when there is none at all. */
  evict(): [string, V] | undefined;
  readonly size: number;
}

/** What can be given up: the map marks what is used. */
export interface Evictable {
  used: boolean;
}

export function createClockMap<V extends Evictable>(): ClockMap<V> {
  const values = new Map<string, V>();
  // One iterator goes on from call to call: starting anew would pass the holes of everything evicted before.
  let hand = values.entries();

  return {
    get(key) {
      const value = values.get(key);
      if (value) value.used = true;
      return value;
    },
    set(key, value) {
      value.used = true;
      values.set(key, value);
    },
    delete: (key) => values.delete(key),
    evict() {
      while (values.size > 0) {
        const next = hand.next();
        if (next.done) {
          hand = values.entries();
          continue;
        }
        const [key, value] = next.value;
        if (!value.used) {
          values.delete(key);
          return [key, value];
        }
        value.used = false;
      }
      return undefined;
    },
    get size() {
      return values.size;
    },
  };
}
