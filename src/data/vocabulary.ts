/**
 * Tokens and their ids. Id 0 is padding or a missing value, ids 1..K are tokens by falling count (ties in token order),
 * and K + 1 stands for every token that training did not see. Fit it on training data only.
 */
export interface Vocabulary {
  tokens: string[];
  ids: ReadonlyMap<string, number>;
  /** K + 2: the rows an embedding table needs. */
  size: number;
  /** The id of tokens outside the vocabulary. */
  unknown: number;
}

export function buildVocabulary(
  tokens: Iterable<string>,
  options: { minimumCount?: number } = {},
): Vocabulary {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const kept = [...counts]
    .filter(([, count]) => count >= (options.minimumCount ?? 1))
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return vocabularyOf(kept.map(([token]) => token));
}

/** A vocabulary from its saved list of tokens. */
export function vocabularyOf(tokens: string[]): Vocabulary {
  const ids = new Map(tokens.map((token, i) => [token, i + 1]));
  return { tokens, ids, size: tokens.length + 2, unknown: tokens.length + 1 };
}

export function encode(vocabulary: Vocabulary, token: string | null): number {
  return token === null ? 0 : (vocabulary.ids.get(token) ?? vocabulary.unknown);
}
