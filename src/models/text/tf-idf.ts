import { HeedError } from "../../core/errors.js";
import { type SparseMatrix, scaled, sparseMatrix, timesVector } from "../graph/sparse.js";

export interface TfIdf {
  /** The words that are columns, most documents first, ties in code point order. */
  terms: string[];
  /** [documents, terms]: count times inverse document frequency, each row of length 1; a document without any term is empty. */
  matrix: SparseMatrix;
}

/**
 * TF-IDF over the `limit` words that most documents hold: idf = ln((1 + N) / (1 + n)) + 1 for n of N documents.
 * Errors: "text" when no document holds a word.
 */
export function tfIdf(documents: readonly (readonly string[])[], limit: number): TfIdf {
  const frequency = new Map<string, number>();
  for (const document of documents)
    for (const word of new Set(document)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const ranked = [...frequency].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, limit);
  if (ranked.length === 0)
    throw new HeedError("text", "no document holds a word", "give texts with words in them");
  const columnOf = new Map(ranked.map(([word], column) => [word, column]));
  const places = documents.flatMap((document, row) =>
    document.flatMap((word) => {
      const column = columnOf.get(word);
      return column === undefined ? [] : [{ row, column }];
    }),
  );
  const counts = sparseMatrix(
    documents.length,
    ranked.length,
    places.map(({ row }) => row),
    places.map(({ column }) => column),
  );
  const inverse = ranked.map(([, n]) => Math.log((1 + documents.length) / (1 + n)) + 1);
  const weighted = scaled(counts, new Float64Array(documents.length).fill(1), inverse);
  const squares = { ...weighted, values: weighted.values.map((value) => value * value) };
  const norms = timesVector(squares, new Float64Array(ranked.length).fill(1)).map(Math.sqrt);
  const unit = scaled(
    weighted,
    norms.map((norm) => (norm > 0 ? 1 / norm : 0)),
  );
  return { terms: ranked.map(([word]) => word), matrix: unit };
}
