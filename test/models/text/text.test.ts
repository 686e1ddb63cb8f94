import { describe, expect, test } from "vitest";
import { entryRows, type SparseMatrix, sparseMatrix } from "../../../src/models/graph/sparse.js";
import { fitBm25 } from "../../../src/models/text/bm25.js";
import { tfIdf } from "../../../src/models/text/tf-idf.js";
import { truncatedSvd } from "../../../src/models/text/truncated-svd.js";
import { contentWords, words } from "../../../src/models/text/words.js";

function dense(matrix: SparseMatrix): number[][] {
  const full = Array.from({ length: matrix.height }, () => new Array<number>(matrix.width).fill(0));
  entryRows(matrix).forEach((row, at) => {
    full[row]![matrix.columns[at]!] = matrix.values[at]!;
  });
  return full;
}

describe("words", () => {
  test("are runs of letters and digits in lower case; content words leave out what says nothing", () => {
    expect(words("The Pokémon's 2nd-best GAME!")).toEqual(["the", "pokémon", "s", "2nd", "best", "game"]);
    expect(contentWords("The Pokémon's 2nd-best GAME!")).toEqual(["pokémon", "2nd", "best", "game"]);
    expect(words("...")).toEqual([]);
  });
});

describe("TF-IDF", () => {
  const documents = [["drum", "drum", "stick"], ["drum"], [], ["guitar", "stick"]];

  test("weighs counts by rarity and gives rows of length 1", () => {
    const { terms, matrix } = tfIdf(documents, 10);
    expect(terms).toEqual(["drum", "stick", "guitar"]);
    const [two, one] = [Math.log(5 / 3) + 1, Math.log(5 / 2) + 1];
    const first = Math.hypot(2 * two, two);
    const last = Math.hypot(two, one);
    const expected = [
      [(2 * two) / first, two / first, 0],
      [1, 0, 0],
      [0, 0, 0],
      [0, two / last, one / last],
    ];
    dense(matrix).forEach((row, i) => {
      row.forEach((value, j) => {
        expect(value).toBeCloseTo(expected[i]![j]!, 12);
      });
    });
  });

  test("keeps the words that most documents hold, and refuses texts without any", () => {
    expect(tfIdf(documents, 1).terms).toEqual(["drum"]);
    expect(() => tfIdf([[], []], 5)).toThrow(/no document holds a word/);
  });
});

describe("truncated SVD", () => {
  /** Rank 2: rows are mixtures of two orthogonal patterns of strengths 3 and 1. */
  const left = [
    [0.5, 0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [0.5, -0.5],
  ];
  const right = [
    [0.6, 0.8, 0],
    [0, 0, 1],
  ];
  const values = left.map(([a, b]) => right[0]!.map((_, j) => 3 * a! * right[0]![j]! + b! * right[1]![j]!));
  const places = values.flatMap((row, i) => row.map((value, j) => [i, j, value] as const));
  const matrix = sparseMatrix(
    4,
    3,
    places.map(([i]) => i),
    places.map(([, j]) => j),
    places.map(([, , v]) => v),
  );

  test("gives rows in the strongest directions, strongest first", () => {
    const { dim, values: found } = truncatedSvd(matrix, 2, 1);
    expect(dim).toBe(2);
    left.forEach(([a, b], i) => {
      expect(found[i * 2]).toBeCloseTo(3 * a!, 9);
      expect(found[i * 2 + 1]).toBeCloseTo(b!, 9);
    });
  });

  test("keeps products of rows, and has zeros beyond the rank", () => {
    const { dim, values: found } = truncatedSvd(matrix, 5, 2);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        const product = Array.from({ length: dim }, (_, d) => found[i * dim + d]! * found[j * dim + d]!);
        const original = values[i]!.map((value, k) => value * values[j]![k]!);
        const sum = (parts: number[]) => parts.reduce((a, b) => a + b);
        expect(sum(product)).toBeCloseTo(sum(original), 9);
      }
      expect(found[i * dim + 2]).toBeCloseTo(0, 6);
    }
    expect(() => truncatedSvd(matrix, 0, 1)).toThrow(/dim is 0/);
  });
});

describe("BM25", () => {
  const documents = [["mario", "kart"], ["mario", "party", "mario"], ["zelda"]];
  const scores = (query: string[], options = {}) => {
    const out = new Float64Array(3);
    fitBm25(documents, options).score(query, out);
    return Array.from(out);
  };

  test("scores by its formula", () => {
    const idf = Math.log(1 + 1.5 / 2.5);
    const of = (f: number, length: number) => (idf * f * 2.2) / (f + 1.2 * (0.25 + (0.75 * length) / 2));
    const found = scores(["mario"]);
    expect(found[0]).toBeCloseTo(of(1, 2), 12);
    expect(found[1]).toBeCloseTo(of(2, 3), 12);
    expect(found[2]).toBe(0);
    expect(fitBm25(documents).idf("mario")).toBeCloseTo(idf, 12);
  });

  test("prefers rare words, ignores unknown ones, and lets length count no more than b says", () => {
    const [kart, , zelda] = scores(["kart", "zelda", "pikachu"], { b: 0 });
    expect(kart).toBe(zelda);
    const [first, second] = scores(["mario"], { k1: 0 });
    expect(first).toBe(second);
    expect(scores([])).toEqual([0, 0, 0]);
    expect(() => fitBm25(documents, { b: 2 })).toThrow(/b is 2/);
    expect(() => fitBm25(documents, { k1: -1 })).toThrow(/k1 is -1/);
  });
});
