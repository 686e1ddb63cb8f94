import { HeedError } from "../core/errors.js";

/**
 * Tokens and their ids. Id 0 is padding or a missing value, ids 1..K are tokens by falling count (ties by rising UTF-16
 * code units), and K + 1 stands for every token that training did not see. To save one, save `tokens`; `vocabularyOf`
 * makes the rest again.
 */
export interface Vocabulary {
  tokens: readonly string[];
  ids: ReadonlyMap<string, number>;
  /** K + 2: the rows an embedding table needs. */
  size: number;
  /** K + 1, the id of tokens outside the vocabulary. */
  unknown: number;
}

/**
 * Counts tokens and keeps those seen at least `minimumCount` times (default 1). `null` is a missing value and never a
 * token. Give it training data only: a vocabulary that has seen test data leaks.
 */
export function buildVocabulary(
  tokens: Iterable<string | null>,
  options: { minimumCount?: number } = {},
): Vocabulary {
  const { minimumCount = 1 } = options;
  if (!(Number.isInteger(minimumCount) && minimumCount >= 1)) {
    throw new HeedError("vocabulary", `minimumCount is ${minimumCount}`, "give a whole number from 1");
  }
  const counts = new Map<string, number>();
  for (const token of tokens) if (token !== null) counts.set(token, (counts.get(token) ?? 0) + 1);
  const kept = [...counts]
    .filter(([, count]) => count >= minimumCount)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return vocabularyOf(kept.map(([token]) => token));
}

/** A vocabulary from its saved list of tokens, in id order; a token listed twice is an error. */
export function vocabularyOf(tokens: readonly string[]): Vocabulary {
  const ids = new Map(tokens.map((token, i) => [token, i + 1]));
  if (ids.size < tokens.length) {
    const twice = tokens.find((token, i) => ids.get(token) !== i + 1);
    throw new HeedError(
      "vocabulary",
      `the token "${twice}" is listed twice`,
      "list each token once, in id order",
    );
  }
  return { tokens, ids, size: tokens.length + 2, unknown: tokens.length + 1 };
}

/** The id of a token: 0 for `null`, K + 1 for one outside the vocabulary. */
export function encode(vocabulary: Vocabulary, token: string | null): number {
  return token === null ? 0 : (vocabulary.ids.get(token) ?? vocabulary.unknown);
}

/** The token of an id: `null` for padding (0) and for K + 1, which stand for no one token; an id beyond is an error. */
export function decode(vocabulary: Vocabulary, id: number): string | null {
  if (Number.isInteger(id) && id >= 0 && id < vocabulary.size) return vocabulary.tokens[id - 1] ?? null;
  throw new HeedError(
    "unknown-id",
    `the vocabulary has no id ${id}`,
    `its ids run from 0 to ${vocabulary.size - 1}; use the vocabulary the id was encoded with`,
  );
}
