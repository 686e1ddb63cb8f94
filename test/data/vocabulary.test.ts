import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildVocabulary, decode, encode, vocabularyOf } from "../../src/data/index.js";

describe("a vocabulary", () => {
  test.each([0, -1, 1.5, Number.NaN])("cannot ask for %d occurrences", (minimumCount) => {
    expect(() => buildVocabulary(["a"], { minimumCount })).toThrow(/minimumCount is .*\n.*from 1/);
  });

  test("numbers tokens from 1 by falling count, ties in token order", () => {
    const vocabulary = buildVocabulary(["pear", "fig", "apple", "fig", "apple", "fig"]);
    expect(vocabulary.tokens).toEqual(["fig", "apple", "pear"]);
    expect(buildVocabulary(["b", "a"]).tokens).toEqual(["a", "b"]);
  });

  test("has id 0 for a missing value and K + 1 for what training did not see", () => {
    const vocabulary = buildVocabulary(["a", null, "b", "a"]);
    expect(vocabulary.size).toBe(4);
    expect([null, "a", "b", "new"].map((token) => encode(vocabulary, token))).toEqual([0, 1, 2, 3]);
  });

  test("leaves rare tokens out: they are then unknown", () => {
    const vocabulary = buildVocabulary(["a", "a", "b"], { minimumCount: 2 });
    expect(vocabulary.tokens).toEqual(["a"]);
    expect(encode(vocabulary, "b")).toBe(vocabulary.unknown);
  });

  test("of nothing still encodes: everything is missing or unknown", () => {
    const vocabulary = buildVocabulary([]);
    expect([vocabulary.size, encode(vocabulary, null), encode(vocabulary, "a")]).toEqual([2, 0, 1]);
  });

  test("does not depend on the order of tokens, gives every token back, and survives being saved", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tokens) => {
        const vocabulary = buildVocabulary(tokens);
        expect(buildVocabulary([...tokens].reverse())).toEqual(vocabulary);
        for (const token of tokens) expect(decode(vocabulary, encode(vocabulary, token))).toBe(token);
        expect(vocabularyOf(JSON.parse(JSON.stringify(vocabulary.tokens)))).toEqual(vocabulary);
      }),
    );
  });

  test("decodes padding and unknown to null, and refuses an id it does not have", () => {
    const vocabulary = buildVocabulary(["a"]);
    expect([decode(vocabulary, 0), decode(vocabulary, 2)]).toEqual([null, null]);
    for (const id of [-1, 3, 0.5, Number.NaN])
      expect(() => decode(vocabulary, id)).toThrow(/no id .*\n.*0 to 2/);
  });

  test("refuses a saved list with a token twice", () => {
    expect(() => vocabularyOf(["a", "b", "a"])).toThrow('"a" is listed twice');
  });
});
