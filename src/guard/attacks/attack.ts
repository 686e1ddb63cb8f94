import { HeedError } from "../../core/errors.js";
import { type Random, random } from "../../core/random.js";
import { ragged, row, rowsOf, type SequenceColumn } from "../../data/index.js";

export interface AttackOptions {
  /** Attackers as a share of the users; at least one is made. */
  share: number;
  /** The items to push; attacker `a` pushes `targets[a % targets.length]`. */
  targets: ArrayLike<number>;
  seed: number;
}

/** Accounts that push items. */
export interface Attackers {
  /** What each had, in time order. */
  sequences: Int32Array[];
  /** The item that each pushes. */
  targets: Int32Array;
}

/** Makes fake accounts for a set of genuine ones. */
export type Attack = (sequences: SequenceColumn, options: AttackOptions) => Attackers;

/** No attacker is shorter: two places for the target, one before and two after that leave-one-out takes away. */
export const leastLength = 6;

/**
 * Items worth pushing for a test: drawn without repetition from those with `least` to `most` events (5 to 10). Errors:
 * "attack" when fewer than `count` items are like that.
 */
export function drawTargets(
  sequences: SequenceColumn,
  options: { seed: number; count?: number; least?: number; most?: number },
): Int32Array {
  const { seed, count = 5, least = 5, most = 10 } = options;
  const events = new Int32Array(sequences.size);
  for (const item of sequences.values) events[item]!++;
  const candidates = [...events.keys()].filter((item) => events[item]! >= least && events[item]! <= most);
  if (!(count >= 1 && candidates.length >= count)) {
    throw new HeedError(
      "attack",
      `${count} targets are asked for; ${candidates.length} items have ${least} to ${most} events`,
      "ask for from 1 up to that many targets, or widen least and most",
    );
  }
  return drawDistinct(candidates, count, random(seed, "attack-targets"));
}

/**
 * The frame of every attack: so many accounts, lengths like those of genuine users (at least 6), the target at the middle
 * and at the third last place, so that it survives the removal of the last two, and fillers at the other places. Fillers
 * are drawn without repetition from `fillersFor(target)`, and from all items once those are used up; no target is one.
 */
export function attackWith(
  sequences: SequenceColumn,
  options: AttackOptions,
  name: string,
  fillersFor: (target: number) => ArrayLike<number>,
): Attackers {
  return attackersFor(sequences, options, name, (target, length, source, targets) => {
    const pool = Array.from(fillersFor(target)).filter((item) => !targets.has(item));
    const fillers = drawDistinct(pool, Math.min(length, pool.length), source);
    if (fillers.length === length) return fillers;
    const known = new Set([...targets, ...fillers]);
    const others = Array.from({ length: sequences.size - 1 }, (_, i) => i + 1).filter(
      (item) => !known.has(item),
    );
    return [...fillers, ...drawDistinct(others, Math.min(length - fillers.length, others.length), source)];
  });
}

/** The same frame with fillers of the caller's own; fewer than `length` make a shorter account. */
export function attackersFor(
  sequences: SequenceColumn,
  options: AttackOptions,
  name: string,
  fill: (target: number, length: number, source: Random, targets: ReadonlySet<number>) => ArrayLike<number>,
): Attackers {
  const users = checked(sequences, options);
  const { share, seed } = options;
  const promoted = Int32Array.from(options.targets);
  const distinct = new Set(promoted);
  const source = random(seed, "attack", name);
  const made: Int32Array[] = [];
  const targets: number[] = [];
  for (let a = 0; a < Math.max(1, Math.round(share * users)); a++) {
    const length = Math.max(leastLength, row(sequences, source.integer(users)).length);
    const target = promoted[a % promoted.length]!;
    made.push(place(target, Int32Array.from(fill(target, length - 2, source, distinct))));
    targets.push(target);
  }
  return { sequences: made, targets: Int32Array.from(targets) };
}

/** Puts the target into fillers, at the middle and at the third last place of the result. */
function place(target: number, fillers: Int32Array): Int32Array {
  const length = fillers.length + 2;
  const places = new Set([Math.floor((length - 1) / 2), length - 3]);
  let next = 0;
  return Int32Array.from({ length }, (_, at) => (places.has(at) ? target : fillers[next++]!));
}

/** `count` different entries of a list, each equally likely. */
export function drawDistinct(from: readonly number[], count: number, source: Random): Int32Array {
  const rest = Int32Array.from(from);
  for (let i = 0; i < count; i++) {
    const j = i + source.integer(rest.length - i);
    const drawn = rest[j]!;
    rest[j] = rest[i]!;
    rest[i] = drawn;
  }
  return rest.slice(0, count);
}

/** Genuine users with attackers behind them, as one column. */
export function inject(sequences: SequenceColumn, attackers: Attackers): SequenceColumn {
  const genuine = Array.from({ length: rowsOf(sequences) }, (_, user) => row(sequences, user));
  return ragged([...genuine, ...attackers.sequences], sequences.size);
}

/** The number of users, once the options are known to fit them. */
function checked(sequences: SequenceColumn, { share, targets }: AttackOptions): number {
  const users = rowsOf(sequences);
  const items = sequences.size - 1;
  const refuse = (what: string, remedy: string): never => {
    throw new HeedError("attack", what, remedy);
  };
  if (!(share > 0 && share <= 1))
    refuse(`share is ${share}`, "give a share of the users, above 0 and up to 1");
  if (users === 0) refuse("there are no users to imitate", "give at least one sequence");
  if (targets.length === 0) refuse("there are no targets", "give at least one item to push");
  for (const target of Array.from(targets)) {
    if (Number.isInteger(target) && target >= 1 && target <= items) continue;
    refuse(`the target ${target} is no item`, `items run from 1 to ${items}`);
  }
  const fillers = items - new Set(Array.from(targets)).size;
  if (fillers < leastLength - 2)
    refuse(
      `${fillers} items are left as fillers`,
      `give at least ${leastLength - 2} items beside the targets`,
    );
  return users;
}
