import { describe, expect, test } from "vitest";
import { attributeSimilarity, type Candidate, cosineSimilarity, decide } from "../../src/decide/index.js";
import { candidates, decideConfig, names, request } from "./world.js";

const [a, b, none] = candidates(3, (i) => ({
  facts: [{ categories: ["x", "y"] }, { categories: ["y", "z", "z"] }, {}][i]!,
})) as [Candidate, Candidate, Candidate];

test("the similarity of an attribute is the shared part of all its values (Jaccard)", () => {
  const similarity = attributeSimilarity("categories");
  expect(similarity(a, b)).toBeCloseTo(1 / 3, 12);
  expect(similarity(a, a)).toBe(1);
  expect(similarity(a, none)).toBe(0);
});

test("cosine similarity is 1 for parallel vectors, 0 for opposite or unknown ones", () => {
  const vectors: Record<string, number[]> = { a: [1, 2], b: [2, 4], c: [-1, -2] };
  const similarity = cosineSimilarity((item) => vectors[item]);
  expect(similarity(a, b)).toBeCloseTo(1, 12);
  expect(similarity(a, none)).toBe(0);
  expect(similarity(a, { ...none, item: "unknown" })).toBe(0);
});

describe("maximal marginal relevance", () => {
  // Relevance 1, 0.9, 0.5, 0; a and b are alike to 0.8, a and c to 0.1, b and c to 0.3, d is like none. By hand, lambda
  // 0.5: first a. Then b: 0.45 - 0.4 = 0.05, c: 0.25 - 0.05 = 0.2, d: 0. Then b: 0.45 - 0.4 = 0.05, d: 0. Then d.
  const alike: Record<string, number> = { ab: 0.8, ac: 0.1, bc: 0.3 };
  const similarity = (x: Candidate, y: Candidate) =>
    x.item === y.item ? 1 : (alike[[x.item, y.item].sort().join("")] ?? 0);
  const pool = candidates(4, (i) => ({ score: [1, 0.9, 0.5, 0][i]! }));
  const slate = (lambda: number, scale = 1) =>
    names(
      decide(
        request({ limit: 4 }),
        pool.map((candidate) => ({ ...candidate, score: candidate.score * scale - 3 })),
        decideConfig({ diversity: { lambda, similarity: { type: "custom", name: "given" } } }),
        similarity,
      ),
    );

  test("as worked out by hand", () => expect(slate(0.5)).toEqual(["a", "c", "b", "d"]));
  test("lambda 1 is relevance alone", () => expect(slate(1)).toEqual(["a", "b", "c", "d"]));
  test("the scale of the scores does not matter", () => expect(slate(0.5, 1000)).toEqual(slate(0.5)));

  test("by categories, as configured without code", () => {
    const films = candidates(3, (i) => ({ facts: { categories: [["space"], ["space"], ["love"]][i]! } }));
    const config = decideConfig({ diversity: { lambda: 0.5 } });
    expect(names(decide(request(), films, config))).toEqual(["a", "c", "b"]);
  });

  test("a pinned item counts once it stands above", () => {
    const films = candidates(4, (i) => ({
      facts: { categories: [["space"], ["love"], ["space"], ["space"]][i]! },
    }));
    const config = decideConfig({
      diversity: { lambda: 0.3 },
      rules: { pins: [{ item: "d", position: 1 }] },
    });
    expect(names(decide(request(), films, config))).toEqual(["d", "b", "a"]);
  });

  test("a similarity nobody gave is an error that says what to do", () => {
    const config = decideConfig({
      diversity: { lambda: 0.5, similarity: { type: "custom", name: "covers" } },
    });
    expect(() => decide(request(), pool, config)).toThrow(/"covers".*\n.*openHeed/);
  });
});
