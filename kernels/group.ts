import { read, wordAt, write } from "./words";

/** The largest of `count` ids, read as unsigned numbers: a negative id is larger than any row. */
export function largest(ids: usize, count: usize): u32 {
  let most: u32 = 0;
  for (let i: usize = 0; i < count; i++) most = max<u32>(most, <u32>read(ids, i));
  return most;
}

/** The sort takes this many bits of an id at a time, so that its counters stay in the first-level cache. */
const digitBits: u32 = 12;

/**
 * Finds the distinct ids of a batch, ascending, and where each stands in it.
 *
 * Writes distinct[k]; order[starts[k]] .. order[starts[k + 1] - 1], the ascending positions of distinct[k] in `ids`;
 * and place[i], the k of ids[i]. Returns the number of distinct ids, none above `most`. `scratch` holds 16 bytes an
 * id and 16 KiB more.
 */
export function group(
  ids: usize,
  count: usize,
  most: u32,
  distinct: usize,
  starts: usize,
  order: usize,
  place: usize,
  scratch: usize,
): usize {
  let pairs = wordAt(scratch, 1 << digitBits);
  let spare = pairs + (count << 3);
  for (let i: usize = 0; i < count; i++) store<u64>(pairs + (i << 3), ((<u64>read(ids, i)) << 32) | i);
  const bits: u32 = 32 - clz<u32>(most);
  for (let shift: u32 = 0; shift < bits; shift += digitBits) {
    distribute(pairs, spare, count, 32 + shift, scratch);
    const sorted = spare;
    spare = pairs;
    pairs = sorted;
  }
  let found: usize = 0;
  let last: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const pair = load<u64>(pairs + (i << 3));
    const id = <usize>(pair >> 32);
    const position = <usize>pair;
    if (i === 0 || id !== last) {
      write(distinct, found, id);
      write(starts, found, i);
      found++;
      last = id;
    }
    write(order, i, position);
    write(place, position, found - 1);
  }
  write(starts, found, count);
  return found;
}

/** One pass of a least-significant-digit radix sort: stable, by the digit of each pair at `shift`. */
function distribute(from: usize, to: usize, count: usize, shift: u32, counters: usize): void {
  const digits: usize = 1 << digitBits;
  const end = from + (count << 3);
  memory.fill(counters, 0, wordAt(0, digits));
  for (let at = from; at < end; at += 8) {
    const digit = <usize>(load<u64>(at) >> shift) & (digits - 1);
    write(counters, digit, read(counters, digit) + 1);
  }
  let before: usize = 0;
  for (let digit: usize = 0; digit < digits; digit++) {
    const here = read(counters, digit);
    write(counters, digit, before);
    before += here;
  }
  for (let at = from; at < end; at += 8) {
    const pair = load<u64>(at);
    const digit = <usize>(pair >> shift) & (digits - 1);
    const position = read(counters, digit);
    write(counters, digit, position + 1);
    store<u64>(to + (position << 3), pair);
  }
}
