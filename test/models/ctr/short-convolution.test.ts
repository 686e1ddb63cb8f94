import { expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { convolve } from "../../../src/models/ctr/short-convolution.js";
import { ccpm } from "../../../src/models/index.js";
import { constant, conv2d } from "../../../src/tensor/index.js";
import { parameterCount } from "../../../src/train/index.js";
import { blockValues, expectClose } from "../../support/blocks.js";

test("a convolution is that of the op over padded fields, dimension by dimension", async () => {
  const source = random(4, "convolution");
  const draw = (count: number) => Array.from({ length: count }, () => source.normal());
  const [values, weight, bias] = [draw(2 * 3 * 4), draw(5 * 3 * 2), draw(5)];
  // Each of two dimensions is an image of three channels, height 1 and width 4.
  const images = constant("float64", [2, 3, 1, 4], values);
  const filters = constant("float64", [5, 3, 1, 2], weight);
  const wanted = conv2d(images, filters, { padding: [0, 1] }).add(constant("float64", [5, 1, 1], bias));
  const found = await blockValues((nn) => convolve(nn, images.reshape([1, 2, 3, 4]), 5, 2), {
    "convolution/weight": weight,
    "convolution/bias": bias,
  });
  expectClose(found, await blockValues(() => wanted), 1e-12);
});

test.each([
  [{ channels: [0], kernels: [3] }, /ccpm: option "channels" holds 0/],
  [{ channels: [4], kernels: [1.5] }, /ccpm: option "kernels" holds 1.5/],
])("%j is refused", (options, message) => {
  const fields = [3, 4].map((size, i) => ({ name: "ab"[i]!, size }));
  expect(() => parameterCount(ccpm.trainable({ fields }, options))).toThrow(message);
});
