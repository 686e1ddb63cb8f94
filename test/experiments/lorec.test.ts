import { describe, expect, test } from "vitest";
import { figureTable } from "../../src/experiments/figure-table.js";
import type { Cell } from "../../src/experiments/index.js";
import { lorecExperiment } from "../../src/experiments/reproductions/lorec.js";

const cells = lorecExperiment.cells(false);

/** All cells finished, T-HR@50 as `pushed` says by model. */
function finished(pushed: (model: string) => number) {
  return figureTable(
    cells.map((cell: Cell) => ({
      cell,
      outcome: { figures: { "t-hr@50": { value: pushed(cell.model) }, "hr@10": { value: 0.1 } }, seconds: 1 },
    })),
  );
}

function measured(model: string, metric: string, table: ReturnType<typeof finished>) {
  const expectation = lorecExperiment.expectations.find(
    (each) => each.model === model && each.metric === metric,
  );
  expect(expectation, `${model} ${metric}`).toBeDefined();
  return expectation!.measure!(table);
}

describe("the experiment of LoRec", () => {
  test("runs three seeds of every attack with every defence, and clean with and without LoRec", () => {
    expect(new Set(cells.map(({ seed }) => seed))).toEqual(new Set([1, 2, 3]));
    expect(cells).toHaveLength(3 * (2 + 4 * 5));
    expect(new Set(cells.map(({ model, seed }) => `${model} ${seed}`)).size).toBe(cells.length);
  });

  test("an attack that works is measured by how much of its increase a defence takes away", () => {
    const table = finished((model) =>
      model.includes("lorec") ? 0.004 : model.includes("clean") || model.includes("trimming") ? 0.001 : 0.011,
    );
    expect(measured("bandwagon 1%", "t-hr@50 times clean", table)!.value).toBeCloseTo(11, 9);
    expect(measured("bandwagon 1% lorec", "increase taken away", table)!.value).toBeCloseTo(0.7, 9);
    expect(measured("bandwagon 1% trimming", "increase taken away", table)!.value).toBeCloseTo(1, 9);
    expect(measured("bandwagon 1% lorec", "hr@10 over undefended", table)!.value).toBeCloseTo(1, 9);
  });

  test("an attack that does not work voids what is taken from it", () => {
    const table = finished((model) => (model.includes("clean") ? 0.001 : 0.004));
    expect(measured("bandwagon 1%", "t-hr@50 times clean", table)!.value).toBeCloseTo(4, 9);
    expect(measured("bandwagon 1% lorec", "increase taken away", table)).toBeNull();
  });

  test("every expectation is of cells that the experiment runs, and has a source", () => {
    const models = new Set(cells.map(({ model }) => model));
    for (const { model, measure, source } of lorecExperiment.expectations) {
      if (!measure) expect(models).toContain(model);
      expect(source).not.toBe("");
    }
  });
});
