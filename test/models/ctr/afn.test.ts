import { expect, test } from "vitest";
import { logarithmicNeurons, logMagnitudes } from "../../../src/models/ctr/logarithmic.js";
import { fourFields, runBlock } from "../../support/block.js";

test("a logarithmic neuron multiplies powers of magnitudes: the golden figures", async () => {
  const found = await runBlock([fourFields], (nn, e) => logarithmicNeurons(nn, logMagnitudes(e), 1), {
    "logarithmic/linear/weight": [1, 2, 0, 0],
  });
  [0.016, 0.002, 0.012].forEach((wanted, k) => {
    expect(found[k]).toBeCloseTo(wanted, 6);
  });
});

test("magnitudes stop at 1e-5 and exponents at 30, so that nothing overflows", async () => {
  const tiny = { shape: [1, 1, 2], data: [0, -1e-9] };
  const logarithms = await runBlock([tiny], (_, e) => logMagnitudes(e));
  expect(logarithms).toEqual([Math.log(1e-5), Math.log(1e-5)]);
  const found = await runBlock([tiny], (nn, e) => logarithmicNeurons(nn, logMagnitudes(e), 1), {
    "logarithmic/linear/weight": [-100],
  });
  expect(found[0]).toBeCloseTo(Math.exp(30), -4);
});
