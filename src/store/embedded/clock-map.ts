/** A map that gives up the entries nobody used for a while: the clock algorithm, an approximation of least recently used. */
export interface ClockMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): boolean;
  /** Removes and returns an entry that was not used since the hand last passed it; undefined when there is none at all. */
  evict(): [string, V] | undefined;
  entries(): IterableIterator<[string, V]>;
  readonly size: number;
}

interface Slot<V> {
  value: V;
  used: boolean;
}

export function createClockMap<V>(): ClockMap<V> {
  const slots = new Map<string, Slot<V>>();
  // One iterator goes on from call to call: starting anew would pass the holes of everything evicted before.
  let hand = slots.entries();

  return {
    get(key) {
      const slot = slots.get(key);
      if (!slot) return undefined;
      slot.used = true;
      return slot.value;
    },
    set(key, value) {
      slots.set(key, { value, used: true });
    },
    delete: (key) => slots.delete(key),
    evict() {
      while (slots.size > 0) {
        const next = hand.next();
        if (next.done) {
          hand = slots.entries();
          continue;
        }
        const [key, slot] = next.value;
        if (!slot.used) {
          slots.delete(key);
          return [key, slot.value];
        }
        slot.used = false;
      }
      return undefined;
    },
    *entries() {
      for (const [key, { value }] of slots) yield [key, value];
    },
    get size() {
      return slots.size;
    },
  };
}
