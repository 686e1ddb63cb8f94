import { describe, expect, test } from "vitest";
import { frappeTokens } from "../../../src/experiments/reproductions/bars-ctr-published.js";
import { frappeSettings } from "../../../src/models/ctr/frappe-settings.js";
import {
  aoaNet,
  type CtrData,
  ctrModels,
  deepCrossing,
  deepIM,
  edcn,
  fgcnn,
  fibinet,
  fignn,
  interhat,
  maskNet,
  sam,
} from "../../../src/models/index.js";
import { parameterCount, type Trainable } from "../../../src/train/index.js";

/** Fields by their number of tokens, with so many further rows each. */
const fieldsOf = (tokens: Record<string, number>, further: number) =>
  Object.entries(tokens).map(([name, count]) => ({ name, size: count + further }));

describe("with the tuned settings a model has as many parameters as its logged run on Frappe_x1", () => {
  // FuxiCTR 1.x, with which all but two runs were made, has one row more than tokens in each field, 2.x two.
  test.each<[string, number, number]>([
    ["wide-deep", 1, 423_280],
    ["dcn", 1, 418_591],
    ["crossnet", 1, 55_191],
    ["dcn-v2", 1, 458_391],
    ["crossnet-v2", 1, 94_391],
    ["xdeepfm", 1, 429_809],
    ["cin", 1, 147_984],
    ["fignn", 1, 89_090],
    ["fibinet", 1, 743_480],
    ["afn", 1, 4_066_711],
    ["afn-plus", 1, 4_482_205],
    ["masknet", 1, 571_691],
    ["finalmlp", 2, 253_392],
    ["finalnet", 2, 338_502],
    ["dlrm", 1, 417_891],
    ["deepim", 1, 417_922],
    ["edcn", 1, 86_351],
    ["destine", 1, 623_346],
    ["sam", 1, 58_791],
    ["aoanet", 1, 418_331],
    ["dssm", 1, 739_490],
  ])("%s", (name, further, published) => {
    const model = ctrModels.find((candidate) => candidate.name === name)!;
    const { options } = frappeSettings[name]!;
    expect(parameterCount(model.trainable({ fields: fieldsOf(frappeTokens, further) }, options))).toBe(
      published,
    );
  });
});

describe("and on MovielensLatest_x1, whose runs use further options", () => {
  const data: CtrData = { fields: fieldsOf({ user: 16_975, item: 23_604, tag: 49_657 }, 1) };
  const deep = { hidden: [400, 400, 400], batchNorm: true };
  test.each<[string, Trainable, number]>([
    [
      "MaskNet, serial",
      maskNet.trainable(data, { structure: "serial", hidden: [400, 400, 400], reduction: 4 }),
      2_624_541,
    ],
    [
      "DeepIM, batch norm and order 5",
      deepIM.trainable(data, { ...deep, order: 5, interactionNorm: true }),
      1_238_542,
    ],
    [
      "EDCN without regulation",
      edcn.trainable(data, { crossLayers: 2, regulation: false, batchNorm: true }),
      904_701,
    ],
    [
      "SAM3A, weighted pooling",
      sam.trainable(data, { attentionLayers: 2, aggregation: "weighted" }),
      902_984,
    ],
    [
      "AOANet, three layers",
      aoaNet.trainable(data, { ...deep, interactionLayers: 3, subspaces: 2 }),
      1_239_113,
    ],
    ["FiBiNET, reduction 0.3", fibinet.trainable(data, { ...deep, reduction: 0.3 }), 1_340_790],
    ["FiGNN, 13 steps", fignn.trainable(data, { steps: 13 }), 910_440],
  ])("%s", (_, model, published) => expect(parameterCount(model)).toBe(published));
});

describe("models without a logged count have the one their equations give", () => {
  // Two fields of 3 and 4 rows, dim 2.
  const data: CtrData = { fields: fieldsOf({ a: 3, b: 4 }, 0) };
  const linear = (inputs: number, outputs: number) => inputs * outputs + outputs;

  test("Deep Crossing: a unit maps to its width and back", () => {
    const unit = linear(4, 5) + linear(5, 4);
    expect(parameterCount(deepCrossing.trainable(data, { dim: 2, hidden: [5, 5] }))).toBe(14 + 2 * unit + 5);
    // A batch norm before the outer ReLU has a scale and a bias for each of the unit's four outputs.
    const normed = deepCrossing.trainable(data, { dim: 2, hidden: [5, 5], batchNorm: true });
    expect(parameterCount(normed)).toBe(14 + 2 * (unit + 8) + 5);
  });

  test("FGCNN: two tables, and one new feature layer after each pooling", () => {
    const convolutions = linear(3, 2) + 4 + linear(2 * 3, 3) + 6;
    // Both poolings leave one field; it becomes two features of width 2, so that there are 2 + 2 + 2 in all.
    const recombinations = linear(1 * 2 * 2, 4) + linear(1 * 2 * 3, 4);
    const network = linear(6 * 2 + 15, 5) + linear(5, 1);
    const model = fgcnn.trainable(data, { dim: 2, channels: [2, 3], kernel: 3, hidden: [5] });
    expect(parameterCount(model)).toBe(2 * 14 + convolutions + recombinations + network);
  });

  test("InterHAt: a transformer block, and an attention for each order and over all", () => {
    const block = 3 * 2 * 6 + 6 * 2 + 4 + linear(2, 7) + linear(7, 2) + 4;
    const attention = linear(2, 7) + 7;
    const model = interhat.trainable(data, {
      dim: 2,
      order: 3,
      heads: 2,
      attentionWidth: 3,
      attentionHidden: 7,
      hidden: [],
    });
    expect(parameterCount(model)).toBe(14 + block + 4 * attention + 3);
  });
});
