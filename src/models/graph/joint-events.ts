import { HeedError } from "../../core/errors.js";
import { random } from "../../core/random.js";
import { batches, uniformNegatives } from "../../data/index.js";
import type { Feeds } from "../../train/index.js";

/** What people took, after a search or from a feed. Users and items are numbered from 0, words from 1. */
export interface JointEvents {
  user: Int32Array;
  item: Int32Array;
  /** 1 for a search, 0 for the feed. */
  search: Uint8Array;
  /** The words of each query, `queryWidth` an event, filled up with 0; an event of the feed has zeros alone. */
  query: Int32Array;
}

/** The commonest words of each user and each item, most frequent first, filled up with 0. */
export interface WordLists {
  user: Int32Array;
  userWidth: number;
  item: Int32Array;
  itemWidth: number;
}

export interface JointData {
  users: number;
  items: number;
  /** Number of word ids, padding included. */
  words: number;
  queryWidth: number;
  /** Training positives only. */
  events: JointEvents;
  lists: WordLists;
}

/** How often each node was met with each word. */
type Counts = Map<number, number>[];

/**
 * Word lists counted from training positives, and for one event as if it had not happened (`without`): in training, an event's
 * own words must not be read off the lists that are to guess them.
 */
export function countWords(
  events: JointEvents,
  sizes: { users: number; items: number; queryWidth: number; userWidth?: number; itemWidth?: number },
): { lists: WordLists; without(event: number): { user: Int32Array; item: Int32Array } } {
  const { users, items, queryWidth, userWidth = 3, itemWidth = 10 } = sizes;
  const counts = (nodes: number): Counts => Array.from({ length: nodes }, () => new Map());
  const [byUser, byItem] = [counts(users), counts(items)];
  const wordsOf = (event: number) =>
    Array.from(events.query.subarray(event * queryWidth, (event + 1) * queryWidth)).filter(
      (word) => word > 0,
    );
  events.user.forEach((user, event) => {
    for (const word of wordsOf(event)) {
      add(byUser[user]!, word);
      add(byItem[events.item[event]!]!, word);
    }
  });
  const all = (nodes: Counts, width: number) =>
    Int32Array.from(nodes.flatMap((node) => commonest(node, width)));
  return {
    lists: { user: all(byUser, userWidth), userWidth, item: all(byItem, itemWidth), itemWidth },
    without(event) {
      const own = wordsOf(event);
      const less = (node: Map<number, number>) => {
        const rest = new Map(node);
        for (const word of own) rest.set(word, rest.get(word)! - 1);
        return rest;
      };
      return {
        user: Int32Array.from(commonest(less(byUser[events.user[event]!]!), userWidth)),
        item: Int32Array.from(commonest(less(byItem[events.item[event]!]!), itemWidth)),
      };
    },
  };
}

function add(counts: Map<number, number>, word: number): void {
  counts.set(word, (counts.get(word) ?? 0) + 1);
}

/** Ties by lower word id. */
function commonest(counts: ReadonlyMap<number, number>, width: number): number[] {
  const found = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a, n], [b, m]) => m - n || a - b)
    .slice(0, width)
    .map(([word]) => word);
  return [...found, ...new Array<number>(width - found.length).fill(0)];
}

export interface JointBatchOptions {
  batchSize: number;
  seed: number;
  epoch: number;
  /** Leave an event's own words out of the lists that its batch feeds; the default is true. */
  leaveOneOut?: boolean;
}

/** Shuffled batches of one epoch, each positive with one item that its user has not taken; the same for a seed and an epoch. */
export function* jointBatches(data: JointData, options: JointBatchOptions): Generator<Feeds> {
  const { users, items, queryWidth, events, lists } = data;
  const { seed, epoch, leaveOneOut = true } = options;
  const counted = countWords(events, { users, items, queryWidth, ...widths(lists) });
  const known = Array.from({ length: users }, () => new Set<number>());
  events.user.forEach((user, event) => {
    // The sampler's ids run from 1.
    known[user]!.add(events.item[event]! + 1);
  });
  const full = known.findIndex((own) => own.size >= items);
  if (full >= 0) throw new HeedError("negatives", `user ${full} has taken every item`, "leave this user out");
  const draw = uniformNegatives(items);
  const source = random(seed, "joint-negatives", epoch);
  const row = (list: Int32Array, node: number, width: number) =>
    list.subarray(node * width, (node + 1) * width);
  for (const chosen of batches(events.user.length, options)) {
    const rows = Array.from(chosen);
    const negative = rows.map((event) => draw(1, source, known[events.user[event]!]!)[0]! - 1);
    const own = rows.map((event) =>
      leaveOneOut && events.search[event] === 1
        ? counted.without(event)
        : {
            user: row(lists.user, events.user[event]!, lists.userWidth),
            item: row(lists.item, events.item[event]!, lists.itemWidth),
          },
    );
    const column = (values: readonly number[]) => ({ data: Int32Array.from(values), shape: [rows.length] });
    const wide = (values: readonly Int32Array[], width: number) => ({
      data: Int32Array.from(values.flatMap((part) => Array.from(part))),
      shape: [rows.length, width],
    });
    yield {
      user: column(rows.map((event) => events.user[event]!)),
      item: column(rows.map((event) => events.item[event]!)),
      negative: column(negative),
      search: column(rows.map((event) => events.search[event]!)),
      query: wide(
        rows.map((event) => row(events.query, event, queryWidth)),
        queryWidth,
      ),
      userWords: wide(
        own.map(({ user }) => user),
        lists.userWidth,
      ),
      itemWords: wide(
        own.map(({ item }) => item),
        lists.itemWidth,
      ),
      negativeWords: wide(
        negative.map((item) => row(lists.item, item, lists.itemWidth)),
        lists.itemWidth,
      ),
    };
  }
}

function widths({ userWidth, itemWidth }: WordLists) {
  return { userWidth, itemWidth };
}
