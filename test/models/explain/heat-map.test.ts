import { expect, test } from "vitest";
import { heatMap } from "../../../src/models/index.js";

test("a heat map shades each cell by its part of the largest value and gives it in percent", () => {
  expect(heatMap([0, 0.25, 0.5, 1], ["user", "it"], ["user", "daytime"])).toBe(
    ["       user daytim", "user      0 ░░  25", "it   ▒▒  50 ██ 100"].join("\n"),
  );
});

test("zeros alone stay blank", () => {
  expect(heatMap([0], ["a"])).toBe("       a\na      0");
});

test.each<[number[], RegExp]>([
  [[0.5, 0.5], /2 values for 2 rows and 2 columns/],
  [[0.5, 0.5, 0.5, Number.NaN], /a value is NaN/],
  [[0.5, 0.5, 0.5, -1], /a value is -1/],
])("%j is refused", (values, message) => {
  expect(() => heatMap(values, ["a", "b"])).toThrow(message);
});
