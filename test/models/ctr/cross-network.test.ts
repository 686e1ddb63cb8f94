import { expect, test } from "vitest";
import { crossLayer, crossNetwork, matrixCrossNetwork } from "../../../src/models/ctr/cross-network.js";
import { runBlock } from "../../support/block.js";

const x0 = { shape: [1, 3], data: [0.5, -1, 2] };

test("two vector cross layers give the golden figures", async () => {
  const found = await runBlock([x0], (nn, x) => crossNetwork(nn, x, 2), {
    "cross/bias": [0.01, 0.02, 0.03],
    "cross/linear/weight": [0.1, 0.2, 0.3],
    "cross2/bias": [0, 0, 0],
    "cross2/linear/weight": [-0.2, 0.1, 0.4],
  });
  expectNear(found, [1.176, -2.312, 4.694]);
});

test.each([
  [1, [1.3, 0, -2]],
  [2, [1.5, 0, 2.32]],
])("%i matrix cross layers give the golden figures", async (layers, wanted) => {
  // Weights are stored [in, out]: the transpose of the matrix that multiplies a column.
  const layer = { weight: [1, 0, 0.2, 0, 1, 0, 0.5, 0, -1], bias: [0.1, 0, -0.1] };
  const parameters: Record<string, number[]> = {};
  for (const name of ["linear", "linear2"].slice(0, layers)) {
    parameters[`${name}/weight`] = layer.weight;
    parameters[`${name}/bias`] = layer.bias;
  }
  expectNear(await runBlock([x0], (nn, x) => matrixCrossNetwork(nn, x, layers), parameters), wanted);
});

test("a layer whose weights are zero passes its input on, whatever x0 is", async () => {
  const other = { shape: [1, 3], data: [3, 4, 5] };
  const found = await runBlock([x0, other], (nn, first, x) => crossLayer(nn, first, x), {
    bias: [0, 0, 0],
    "linear/weight": [0, 0, 0],
  });
  expectNear(found, other.data);
});

function expectNear(found: number[], wanted: number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 6);
  });
}
