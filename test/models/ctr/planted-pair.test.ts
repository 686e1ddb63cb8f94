import { expect, test } from "vitest";
import { ctrModels } from "../../../src/models/index.js";
import { plantedAuc, plantedFields, plantedRows, trainPlanted } from "../../support/planted-pair.js";

const world = plantedRows(2000, 1);

async function areaOf(name: string): Promise<number> {
  const model = ctrModels.find((candidate) => candidate.name === name)!;
  const options: Record<string, unknown> = { dim: 4, hidden: [16], width: 16, layers: 2 };
  const known = Object.keys(model.options);
  const own = Object.fromEntries(Object.entries(options).filter(([option]) => known.includes(option)));
  const trainer = await trainPlanted(model.trainable({ fields: plantedFields }, own), world);
  const area = await plantedAuc(trainer);
  await trainer.release();
  return area;
}

test.each([
  "ffm",
  "hofm",
  "fwfm",
  "fmfm",
  "lorentz-fm",
  "ccpm",
  "afm",
  "nfm",
  "ipnn",
  "onn",
  "hfm",
  "hfm-plus",
  "autoint",
  "autoint-plus",
])("%s finds the one pair of four fields that matters", async (name) => {
  expect(await areaOf(name)).toBeGreaterThan(0.95);
});

test("LR does not", async () => {
  expect(await areaOf("lr")).toBeLessThan(0.6);
});
