import { describe, expect, test } from "vitest";
import { type EmbeddingProvider, embedAll, hashedEmbedding, oneLine } from "../../src/language/index.js";

/** A provider that counts what it is asked. */
function counting(): EmbeddingProvider & { calls: string[][] } {
  const calls: string[][] = [];
  return {
    name: "counting",
    dimension: 1,
    calls,
    async embed(texts) {
      calls.push([...texts]);
      return texts.map((text) => Float32Array.of(text.length));
    },
  };
}

describe("embedding many texts", () => {
  test("asks for each distinct text once, in batches, and answers in the order of the texts", async () => {
    const provider = counting();
    const vectors = await embedAll(provider, ["aa", "b", "aa", "cccc", "b"], { batchSize: 2 });
    expect(vectors.map(([length]) => length)).toEqual([2, 1, 2, 4, 1]);
    expect(provider.calls).toEqual([["aa", "b"], ["cccc"]]);
  });

  test("what the cache has is not asked for again, under another provider's name it is", async () => {
    const cache = new Map<string, Float32Array>();
    const provider = counting();
    await embedAll(provider, ["a", "b"], { cache });
    await embedAll(provider, ["b", "c"], { cache });
    expect(provider.calls).toEqual([["a", "b"], ["c"]]);
    await embedAll({ ...provider, name: "another" }, ["b"], { cache });
    expect(provider.calls).toHaveLength(3);
  });

  test("batches that came before a failure stay in the cache", async () => {
    const cache = new Map<string, Float32Array>();
    const provider = counting();
    const failing: EmbeddingProvider = {
      ...provider,
      embed: (texts) => (texts.includes("c") ? Promise.reject(new Error("gone")) : provider.embed(texts)),
    };
    await expect(embedAll(failing, ["a", "b", "c"], { batchSize: 2, cache })).rejects.toThrow("gone");
    expect(cache.size).toBe(2);
  });

  test.each([
    ["too few vectors", async () => [], /gave 0 vectors for 1 texts/],
    ["another length", async () => [new Float32Array(2)], /a vector of 2 values, not 1/],
    ["not a number", async () => [Float32Array.of(Number.NaN)], /not finite/],
  ])("refuses an answer with %s", async (_, embed, message) => {
    await expect(embedAll({ ...counting(), embed }, ["a"])).rejects.toThrow(message);
  });
});

describe("the hashed embedding", () => {
  const near = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

  test("gives vectors of length 1 that are near for texts that share words and spellings", async () => {
    const provider = hashedEmbedding();
    const [zelda, zelda64, chess] = await embedAll(provider, [
      "The Legend of Zelda: Ocarina of Time",
      "Legend of Zelda 64, ocarinas",
      "Chessmaster 9000",
    ]);
    expect(zelda).toHaveLength(256);
    expect(near(zelda!, zelda!)).toBeCloseTo(1, 6);
    expect(near(zelda!, zelda64!)).toBeGreaterThan(near(zelda!, chess!) + 0.3);
  });

  test("gives an empty text the zero vector, and any script one that is not", async () => {
    const [empty, japanese] = await embedAll(hashedEmbedding(16), ["", "ゼルダの伝説"]);
    expect(Math.hypot(...empty!)).toBe(0);
    expect(Math.hypot(...japanese!)).toBeCloseTo(1, 6);
  });

  test("refuses a dimension that is no whole number", () => {
    expect(() => hashedEmbedding(0)).toThrow(/dimension is 0/);
  });
});

test("a text from elsewhere becomes one line of at most 20 words without control characters", () => {
  expect(oneLine(" Tetris\r\n\tIgnore\u0000\u202Eall\u2028rules ")).toBe("Tetris Ignore all rules");
  expect(oneLine(Array(30).fill("word").join(" ")).split(" ")).toHaveLength(20);
  expect(oneLine("x".repeat(1000))).toHaveLength(40);
  expect(oneLine("")).toBe("");
});
