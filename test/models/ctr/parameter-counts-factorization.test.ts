import { describe, expect, test } from "vitest";
import { frappeTokens } from "../../../src/experiments/reproductions/bars-ctr-published.js";
import { frappeSettings } from "../../../src/models/ctr/frappe-settings.js";
import { ctrModels } from "../../../src/models/index.js";
import { parameterCount } from "../../../src/train/index.js";

/** Frappe_x1 as FuxiCTR 1.x encodes it: one row more than tokens a field. */
const fields = Object.entries(frappeTokens).map(([name, count]) => ({ name, size: count + 1 }));
const rows = 5_389;

/** Linear layers with biases, of these widths. */
const network = (...widths: number[]) =>
  widths.slice(1).reduce((sum, width, i) => sum + (widths[i]! + 1) * width, 0);

function countOf(name: string): number {
  const model = ctrModels.find((candidate) => candidate.name === name)!;
  return parameterCount(model.trainable({ fields }, frappeSettings[name]!.options));
}

describe("with its settings for Frappe_x1 a model has the published number of parameters", () => {
  test.each([
    ["ffm", 490_400],
    ["hofm", 113_170],
    ["fwfm", 107_826],
    ["fmfm", 59_730],
    ["lorentz-fm", 53_890],
    ["afm", 60_826],
    ["nfm", 384_880],
    ["ipnn", 433_491],
    ["hfm", 59_290],
    ["hfm-plus", 563_281],
    ["autoint", 306_051],
    ["autoint-plus", 622_180],
  ])("%s", (name, published) => expect(countOf(name)).toBe(published));
});

describe("where none is published, its equations give the number", () => {
  test("ccpm", () => {
    const filters = 4 * (5 + 1) + 8 * (4 * 3 + 1) + 8 * (8 * 3 + 1);
    expect(countOf("ccpm")).toBe(rows * 10 + filters + network(3 * 10 * 8, 1));
  });

  test("onn", () => {
    expect(countOf("onn")).toBe(rows * 10 * 8 + network(10 * 8 + 45, 400, 400, 400, 1));
  });

  test("fmfm with full matrices", () => {
    const model = ctrModels.find(({ name }) => name === "fmfm")!;
    const count = parameterCount(model.trainable({ fields }, { interaction: "matrixed" }));
    expect(count).toBe(rows * 11 + 1 + 45 * 10 * 10);
  });
});

test("every setting belongs to a model and is an option of it", () => {
  for (const name of Object.keys(frappeSettings)) expect(countOf(name), name).toBeGreaterThan(0);
});
