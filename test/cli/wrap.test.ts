import fc from "fast-check";
import { expect, test } from "vitest";
import { wrapped } from "../../src/cli/wrap.js";

test("names stay in order and whole, and lines keep to the width unless one name is wider", () => {
  const names = fc.array(fc.stringMatching(/^[a-z-]{1,12}$/), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(names, fc.integer({ min: 3, max: 40 }), (given, width) => {
      const lines = wrapped(given, "  ", width).split("\n");
      expect(
        lines
          .map((line) => line.trim())
          .join(" ")
          .split(", "),
      ).toEqual(given);
      for (const line of lines) {
        expect(line).toMatch(/^ {2}\S/);
        expect(line.length <= width || !line.slice(2, -1).includes(" ")).toBe(true);
      }
    }),
  );
});
