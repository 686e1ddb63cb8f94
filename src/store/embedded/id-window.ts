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
  /** Remembers an id from a time in milliseconds on; false when it was known. */
  claim(project: string, id: string, now: number): boolean;
  /** Forgets an id again. */
  release(project: string, id: string): void;
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

  /** The id as (hash.high, hash.low), never (0, 0). */
  function hashOf(project: string, id: string): void {
    hash.of(project, id);
    if (hash.high === 0 && hash.low === 0) hash.low = 1;
  }

  function isKnown(now: number): boolean {
    for (let i = generations.length - 1; i >= 0; i--) {
      const { newest, table } = generations[i]!;
      if (newest < now - options.milliseconds) return false;
      if (find(table, hash.high, hash.low) !== -1) return true;
    }
    return false;
  }

  /** The generation to add to. */
  function current(now: number): Generation {
    const last = generations.at(-1);
    const span = options.milliseconds / generationCount;
    if (last && last.size < perGeneration && now - last.oldest <= span) return last;
    const next = fresh(now, last?.size ?? 0);
    generations.push(next);
    forget(now);
    return next;
  }

  return {
    has(project, id, now) {
      hashOf(project, id);
      return isKnown(now);
    },
    claim(project, id, now) {
      hashOf(project, id);
      if (isKnown(now)) return false;
      const generation = current(now);
      if (generation.size >= (generation.table.length / 2) * fullest)
        generation.table = grown(generation.table);
      insert(generation.table, hash.high, hash.low);
      generation.size++;
      generation.newest = Math.max(generation.newest, now);
      size++;
      return true;
    },
    release(project, id) {
      hashOf(project, id);
      for (const generation of generations) {
        const at = find(generation.table, hash.high, hash.low);
        if (at === -1) continue;
        remove(generation.table, at);
        generation.size--;
        size--;
        return;
      }
    },
    get size() {
      return size;
    },
    get bytes() {
      return generations.reduce((sum, generation) => sum + generation.table.byteLength, 0);
    },
  };
}

/** Where a pair is, or -1. */
function find(table: Uint32Array, high: number, low: number): number {
  const mask = table.length - 1;
  for (let at = (low << 1) & mask; ; at = (at + 2) & mask) {
    const slotLow = table[at + 1]!;
    if (slotLow === low && table[at] === high) return at;
    if (slotLow === 0 && table[at] === 0) return -1;
  }
}

/** Empties a slot and moves up what linear probing would not find behind the gap. */
function remove(table: Uint32Array, slot: number): void {
  const mask = table.length - 1;
  let gap = slot;
  for (let at = (gap + 2) & mask; table[at] !== 0 || table[at + 1] !== 0; at = (at + 2) & mask) {
    const home = (table[at + 1]! << 1) & mask;
    if (((at - home) & mask) < ((at - gap) & mask)) continue;
    table[gap] = table[at]!;
    table[gap + 1] = table[at + 1]!;
    gap = at;
  }
  table[gap] = 0;
  table[gap + 1] = 0;
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
