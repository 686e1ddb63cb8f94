import { random, shuffle } from "../../core/random.js";
import type { Pairs, Reviews, SplitPairs } from "../../data/index.js";
import { contentWords, type FeatureMatrix, tfIdf, truncatedSvd } from "../../models/index.js";

const [terms, directions] = [5000, 64];

/** Pairs of a split whose rows are known, so that what was written beside training rows can be found. */
export interface ReviewSplit extends SplitPairs {
  /** Rows of the reviews that are training pairs. */
  trainingRows: Int32Array;
}

/**
 * Cuts each user's items 8:1:1 at random, at least one to each of validation and test; users with fewer than three train whole.
 * A pair reviewed twice counts once.
 */
export function splitReviews(reviews: Reviews, seed: number): ReviewSplit {
  const rowsOf = new Map<number, Map<number, number>>();
  reviews.user.forEach((user, row) => {
    const items = rowsOf.get(user) ?? new Map<number, number>();
    if (!items.has(reviews.item[row]!)) items.set(reviews.item[row]!, row);
    rowsOf.set(user, items);
  });
  const rows = { train: [] as number[], validation: [] as number[], test: [] as number[] };
  for (const [user, items] of rowsOf) {
    const own = [...items.values()];
    shuffle(own, random(seed, "review-split", user));
    const held = own.length < 3 ? 0 : Math.max(1, Math.round(own.length / 10));
    rows.test.push(...own.slice(0, held));
    rows.validation.push(...own.slice(held, 2 * held));
    rows.train.push(...own.slice(2 * held));
  }
  const pairs = (chosen: readonly number[]): Pairs => ({
    user: Int32Array.from(chosen, (row) => reviews.user[row]! - 1),
    item: Int32Array.from(chosen, (row) => reviews.item[row]! - 1),
  });
  return {
    name: reviews.name,
    users: reviews.users.length - 1,
    items: reviews.items.length - 1,
    train: pairs(rows.train),
    validation: pairs(rows.validation),
    test: pairs(rows.test),
    trainingRows: Int32Array.from(rows.train),
  };
}

/** Two modalities of the items: what training rows say in their reviews, and in their summaries; zeros where nothing. */
export function reviewFeatures(reviews: Reviews, { trainingRows, items }: ReviewSplit): FeatureMatrix[] {
  return [reviews.review, reviews.summary].map((texts) => {
    const documents = Array.from({ length: items }, (): string[] => []);
    for (const row of trainingRows) documents[reviews.item[row]! - 1]!.push(...contentWords(texts[row]!));
    return truncatedSvd(tfIdf(documents, terms).matrix, directions, 1);
  });
}

/** A tenth of the items, drawn by the seed, and the split whose training and validation pairs lack them. */
export function coldSplit(split: SplitPairs, seed: number): { cold: Int32Array; split: SplitPairs } {
  const order = Int32Array.from({ length: split.items }, (_, item) => item);
  shuffle(order, random(seed, "cold-items"));
  const cold = order.slice(0, Math.round(split.items / 10)).sort();
  const isCold = new Set(cold);
  const without = ({ user, item }: Pairs, kept: (item: number) => boolean): Pairs => ({
    user: user.filter((_, row) => kept(item[row]!)),
    item: item.filter(kept),
  });
  const warm = (item: number) => !isCold.has(item);
  return {
    cold,
    split: {
      ...split,
      train: without(split.train, warm),
      validation: without(split.validation, warm),
      test: without(split.test, (item) => isCold.has(item)),
    },
  };
}

/** At most the first `users` users. */
export function firstUsers(split: SplitPairs, users: number): SplitPairs {
  const first = ({ user, item }: Pairs): Pairs => ({
    user: user.filter((who) => who < users),
    item: item.filter((_, row) => user[row]! < users),
  });
  return {
    ...split,
    users: Math.min(users, split.users),
    train: first(split.train),
    validation: first(split.validation),
    test: first(split.test),
  };
}
