import { attributeOf, type Candidate } from "./candidate.js";

/** How alike two candidates are, from 0 (nothing in common) to 1 (the same). */
export type Similarity = (a: Candidate, b: Candidate) => number;

/** Jaccard similarity of an attribute's values: the shared part of all; a single value is a list of one. */
export function attributeSimilarity(attribute: string): Similarity {
  const sets = new WeakMap<Candidate, ReadonlySet<unknown>>();
  const valuesOf = (candidate: Candidate) => {
    let values = sets.get(candidate);
    if (!values) {
      const value = attributeOf(candidate.item, candidate.facts, attribute) ?? [];
      values = new Set<unknown>(typeof value === "object" ? value : [value]);
      sets.set(candidate, values);
    }
    return values;
  };
  return (a, b) => {
    const [left, right] = [valuesOf(a), valuesOf(b)];
    if (left.size === 0 || right.size === 0) return 0;
    let shared = 0;
    for (const value of left) if (right.has(value)) shared++;
    return shared / (left.size + right.size - shared);
  };
}

/** Cosine similarity of vectors, below zero counted as nothing in common; a candidate without a vector is unlike all. */
export function cosineSimilarity(vectorOf: (item: string) => ArrayLike<number> | undefined): Similarity {
  return (a, b) => {
    const left = vectorOf(a.item);
    const right = vectorOf(b.item);
    if (!left || !right) return 0;
    let product = 0;
    let leftSquare = 0;
    let rightSquare = 0;
    for (let i = 0; i < left.length; i++) {
      product += left[i]! * right[i]!;
      leftSquare += left[i]! ** 2;
      rightSquare += right[i]! ** 2;
    }
    const norm = Math.sqrt(leftSquare * rightSquare);
    return norm === 0 ? 0 : Math.min(1, Math.max(0, product / norm));
  };
}

/** Relevance against what stands above already. */
export interface Diversity {
  worth(candidate: number, relevance: number): number;
  /** Takes note that a candidate stands above from now on. */
  place(candidate: number): void;
}

/**
 * Maximal marginal relevance (J. Carbonell and J. Goldstein, SIGIR 1998): lambda x relevance - (1 - lambda) x the greatest
 * similarity to an item above. Relevance is scaled so that the candidates' expected values span 0 to 1, the range of
 * a similarity; otherwise lambda would mean something else for every model.
 */
export function marginalRelevance(
  candidates: readonly Candidate[],
  expected: ArrayLike<number>,
  lambda: number,
  similarity: Similarity,
): Diversity {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) {
    low = Math.min(low, expected[i]!);
    high = Math.max(high, expected[i]!);
  }
  const range = high > low ? high - low : 1;
  const nearest = new Float64Array(candidates.length);
  return {
    worth: (candidate, relevance) =>
      (lambda * (relevance - low)) / range - (1 - lambda) * nearest[candidate]!,
    place(placed) {
      const above = candidates[placed]!;
      for (let i = 0; i < candidates.length; i++) {
        nearest[i] = Math.max(nearest[i]!, similarity(candidates[i]!, above));
      }
    },
  };
}

/** Relevance alone. */
export const noDiversity: Diversity = { worth: (_, relevance) => relevance, place() {} };
