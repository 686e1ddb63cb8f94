import { expect, test } from "vitest";
import { fieldGraph } from "../../../src/models/ctr/fignn.js";
import { fourFields, runBlock } from "../../support/block.js";

test("the graph's first row is the golden one, no field sends to itself, and every row sums to 1", async () => {
  const found = await runBlock([fourFields], fieldGraph, { graph: [1, 0, 0, 0, 1, 0] });
  const rows = [0, 1, 2, 3].map((field) => found.slice(4 * field, 4 * field + 4));
  [0, 0.269307, 0.40176, 0.328933].forEach((wanted, field) => {
    expect(rows[0]![field]).toBeCloseTo(wanted, 6);
  });
  rows.forEach((row, field) => {
    expect(row[field]).toBe(0);
    expect(row.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 12);
  });
});
