import type { StringHash } from "./hash.js";

export interface IdWindowOptions {
  /** At least so many of the newest ids are remembered ... */
  ids: number;
  /** ... unless they are older than this, in milliseconds. */
  milliseconds: number;
}

/** A bounded memory of ids: what was added within the window is known, what is older is forgotten. */
export interface IdWindow {
  has(project: string, id: string, now: number): boolean;
  /** Adds an id that is not known, at a time in milliseconds. */
  add(project: string, id: string, now: number): void;
  readonly size: number;
  readonly bytes: number;
}

const generationCount = 8;
const smallest = 1 << 10;
/** Linear probing stays short below this load. */
const fullest = 0.7;

interface Generation {
  /** Open addressing over pairs (high, low); (0, 0) is an empty slot. */
  table: Uint32Array;
  size: number;
  newest: number;
  oldest: number;
}

/**
 * Ids as 64-bit hashes in generations of an eighth of the window each; the oldest generation goes as a whole, so nothing
 * is ever deleted one by one and memory is at most 9/8 of the window: 13 to 26 bytes an id, 151 MB for 10 M.
 * A new id is taken for a known one with probability n / 2^64 when n are remembered: 6e-13 for 10 M, one event in 1.8e12.
 */
export function createIdWindow(options: IdWindowOptions, hash: StringHash): IdWindow {
  const perGeneration = Math.max(1, Math.ceil(options.ids / generationCount));
  let generations: Generation[] = [];
  let size = 0;

  function fresh(now: number, expected: number): Generation {
    let slots = smallest;
    while (slots * fullest < Math.min(expected, perGeneration)) slots *= 2;
    return { table: new Uint32Array(slots * 2), size: 0, newest: now, oldest: now };
  }

  function forget(now: number): void {
    while (generations.length > 0) {
      const last = generations[0]!;
      const covered = size - last.size >= options.ids;
      if (!covered && last.newest >= now - options.milliseconds) break;
      generations = generations.slice(1);
      size -= last.size;
    }
  }

  return {
    has(project, id, now) {
      hash.of(project, id);
      const high = hash.high;
      const low = high === 0 && hash.low === 0 ? 1 : hash.low;
      for (let i = generations.length - 1; i >= 0; i--) {
        const { newest, table } = generations[i]!;
        if (newest < now - options.milliseconds) return false;
        if (find(table, high, low)) return true;
      }
      return false;
    },
    add(project, id, now) {
      hash.of(project, id);
      const high = hash.high;
      const low = high === 0 && hash.low === 0 ? 1 : hash.low;
      let current = generations.at(-1);
      const span = options.milliseconds / generationCount;
      if (!current || current.size >= perGeneration || now - current.oldest > span) {
        current = fresh(now, current?.size ?? 0);
        generations.push(current);
        forget(now);
      }
      if (current.size >= (current.table.length / 2) * fullest) current.table = grown(current.table);
      insert(current.table, high, low);
      current.size++;
      current.newest = Math.max(current.newest, now);
      size++;
    },
    get size() {
      return size;
    },
    get bytes() {
      return generations.reduce((sum, generation) => sum + generation.table.byteLength, 0);
    },
  };
}

function find(table: Uint32Array, high: number, low: number): boolean {
  const mask = table.length - 1;
  for (let at = (low << 1) & mask; ; at = (at + 2) & mask) {
    const slotLow = table[at + 1]!;
    if (slotLow === low && table[at] === high) return true;
    if (slotLow === 0 && table[at] === 0) return false;
  }
}

function insert(table: Uint32Array, high: number, low: number): void {
  const mask = table.length - 1;
  let at = (low << 1) & mask;
  while (table[at + 1] !== 0 || table[at] !== 0) at = (at + 2) & mask;
  table[at] = high;
  table[at + 1] = low;
}

function grown(table: Uint32Array): Uint32Array {
  const larger = new Uint32Array(table.length * 2);
  for (let at = 0; at < table.length; at += 2)
    if (table[at] !== 0 || table[at + 1] !== 0) insert(larger, table[at]!, table[at + 1]!);
  return larger;
}
