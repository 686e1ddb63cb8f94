import { HeedError } from "../../core/errors.js";

export interface Bm25Options {
  /** How soon a word that comes again stops counting; 1.2 unless given. */
  k1?: number;
  /** How much the length of a document matters, from 0 to 1; 0.75 unless given. */
  b?: number;
}

/** Word matching over a fixed set of documents. */
export interface Bm25 {
  /** ln(1 + (N - n + 0.5) / (n + 0.5)) of a word that n of N documents hold; the rarer, the larger. */
  idf(word: string): number;
  /** Writes the score of every document into `out`; a word that comes twice in the query counts twice. */
  score(query: readonly string[], out: Float64Array): void;
}

/**
 * Okapi BM25 (Robertson and Zaragoza 2009): the sum over query words of idf * f (k1 + 1) / (f + k1 (1 - b + b length / mean
 * length)), f how often the document holds the word.
 */
export function fitBm25(documents: readonly (readonly string[])[], options: Bm25Options = {}): Bm25 {
  const { k1 = 1.2, b = 0.75 } = options;
  if (!(k1 >= 0 && k1 < Infinity)) throw new HeedError("option", `bm25: k1 is ${k1}`, "give a number from 0");
  if (!(b >= 0 && b <= 1)) throw new HeedError("option", `bm25: b is ${b}`, "give a number from 0 to 1");
  const postings = new Map<string, Map<number, number>>();
  documents.forEach((document, d) => {
    for (const word of document) {
      const held = postings.get(word) ?? new Map<number, number>();
      held.set(d, (held.get(d) ?? 0) + 1);
      postings.set(word, held);
    }
  });
  const mean = documents.reduce((total, { length }) => total + length, 0) / documents.length || 1;
  const normal = documents.map(({ length }) => k1 * (1 - b + (b * length) / mean));
  const idf = (word: string) => {
    const n = postings.get(word)?.size ?? 0;
    return Math.log(1 + (documents.length - n + 0.5) / (n + 0.5));
  };
  return {
    idf,
    score(query, out) {
      out.fill(0);
      for (const word of query) {
        const weight = idf(word);
        for (const [d, f] of postings.get(word) ?? [])
          out[d] = out[d]! + (weight * f * (k1 + 1)) / (f + normal[d]!);
      }
    },
  };
}
