import { describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { crop, frequencyFilter, maskItems, reorder } from "../../../src/models/index.js";
import { causalEncoder, postNormBlock } from "../../../src/models/sequential/encoder.js";
import {
  compile,
  gradients,
  input,
  type Layers,
  layers,
  rootScope,
  type Tensor,
} from "../../../src/tensor/index.js";
import { runBlock } from "../../support/block.js";
import { gradientError } from "../../support/gradient-check.js";

const [time, dim] = [5, 4];

/** How much each time step of the input moves the last but one step of the output: sums of absolute gradients. */
async function influences(encode: (nn: Layers, x: Tensor, padding: Tensor) => Tensor): Promise<number[]> {
  const scope = rootScope({ training: false, seed: 1, embeddings: "exact", dtype: "float64" });
  const x = input("x", "float64", [1, time, dim]);
  const padding = input("padding", "bool", [1, time]);
  const seen = encode(layers(scope), x, padding).at(1, time - 2);
  const [gradient] = gradients(seen.mul(seen).sum(), [x]);
  const program = await compile({ gradient: gradient! }, { threads: 1 });
  const source = random(3, "influences");
  const draw = (shape: readonly number[]) => ({
    data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => source.normal()),
    shape: [...shape],
  });
  const feeds = {
    x: draw([1, time, dim]),
    padding: { data: new Uint8Array(time), shape: [1, time] },
    ...Object.fromEntries(scope.declared.parameters.map(({ name, shape }) => [name, draw(shape)])),
  };
  const { gradient: found } = await program.run(feeds);
  await program.release();
  return Array.from({ length: time }, (_, t) =>
    Array.from(found!.data.slice(t * dim, (t + 1) * dim), Number).reduce((a, b) => a + Math.abs(b), 0),
  );
}

describe("what a position sees", () => {
  const heads = { heads: 2, dropout: 0 };

  test("a causal encoder and a recurrent unit see what came before, and nothing later", async () => {
    const encoders = [
      (nn: Layers, x: Tensor, padding: Tensor) => causalEncoder(nn, { x, padding }, { ...heads, blocks: 2 }),
      (nn: Layers, x: Tensor, padding: Tensor) => nn.gru(x, 3, { padding }),
    ];
    for (const encode of encoders) {
      const found = await influences(encode);
      expect(found[time - 1]).toBe(0);
      for (const earlier of found.slice(0, -1)) expect(earlier).toBeGreaterThan(1e-9);
    }
  });

  test("a bidirectional block and a filter of frequencies see the future", async () => {
    const shape = [Math.floor(time / 2) + 1, dim];
    const initializer = { kind: "normal", deviation: 1 } as const;
    const encoders = [
      (nn: Layers, x: Tensor, padding: Tensor) => postNormBlock(nn, x, padding, heads),
      (nn: Layers, x: Tensor) =>
        frequencyFilter(
          x,
          nn.parameter("real", shape, initializer),
          nn.parameter("imaginary", shape, initializer),
        ),
    ];
    for (const encode of encoders) expect((await influences(encode))[time - 1]).toBeGreaterThan(1e-9);
  });
});

describe("the filter of frequencies", () => {
  test("gives the golden value", async () => {
    const filtered = await runBlock(
      [
        { shape: [1, 4, 1], data: [1, 2, 3, 4] },
        { shape: [3, 1], data: [1, 0.5, -1] },
        { shape: [3, 1], data: [0, 0.5, 0] },
      ],
      (_, x, real, imaginary) => frequencyFilter(x!, real!, imaginary!),
    );
    [2, 2, 4, 2].forEach((wanted, t) => {
      expect(filtered[t]).toBeCloseTo(wanted, 9);
    });
  });

  test.each([4, 5])("of ones changes nothing, of length %i", async (length) => {
    const count = Math.floor(length / 2) + 1;
    const data = Array.from({ length }, (_, t) => (t * 7) % 5);
    const filtered = await runBlock(
      [
        { shape: [1, length, 1], data },
        { shape: [count, 1], data: Array(count).fill(1) },
        { shape: [count, 1], data: Array(count).fill(0) },
      ],
      (_, x, real, imaginary) => frequencyFilter(x!, real!, imaginary!),
    );
    data.forEach((wanted, t) => {
      expect(filtered[t]).toBeCloseTo(wanted, 9);
    });
  });

  test.each([4, 5])("has the gradient of central differences, of length %i", async (length) => {
    const count = Math.floor(length / 2) + 1;
    const error = await gradientError(
      [{ shape: ["batch", length, 2] }, { shape: [count, 2] }, { shape: [count, 2] }],
      frequencyFilter,
    );
    expect(error).toBeLessThan(1e-6);
  });
});

describe("augmentations", () => {
  const ids = Int32Array.of(11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
  const draws = Array.from({ length: 50 }, (_, i) => () => random(i, "augment"));

  test("a crop is a run of the share asked for", () => {
    const starts = new Set<number>();
    for (const draw of draws) {
      const cropped = crop(ids, 0.6, draw());
      expect(cropped).toEqual(ids.slice(cropped[0]! - 11, cropped[0]! - 5));
      starts.add(cropped[0]!);
    }
    expect([...starts].sort()).toEqual([11, 12, 13, 14, 15]);
  });

  test("a mask hides the share asked for and leaves the others", () => {
    for (const draw of draws) {
      const masked = maskItems(ids, 0.3, 99, draw());
      expect(masked.filter((id) => id === 99)).toHaveLength(3);
      masked.forEach((id, i) => {
        if (id !== 99) expect(id).toBe(ids[i]);
      });
    }
  });

  test("a reordering moves items of one run only, and loses none", () => {
    for (const draw of draws) {
      const reordered = reorder(ids, 0.6, draw());
      expect([...reordered].sort()).toEqual([...ids]);
      const moved = [...reordered.keys()].filter((i) => reordered[i] !== ids[i]);
      if (moved.length > 0) expect(moved.at(-1)! - moved[0]!).toBeLessThan(6);
    }
  });

  test("the same stream gives the same; nothing and one item stay what they are; the original is left alone", () => {
    const before = ids.slice();
    for (const [nothing, one] of [[new Int32Array(), Int32Array.of(4)]] as const) {
      for (const augmented of [crop, reorder]) {
        expect(augmented(ids, 0.6, random(1, "a"))).toEqual(augmented(ids, 0.6, random(1, "a")));
        expect(augmented(nothing, 0.6, random(1, "a"))).toEqual(nothing);
        expect(augmented(one, 0.6, random(1, "a"))).toEqual(one);
      }
      expect(maskItems(nothing, 0.3, 9, random(1, "a"))).toEqual(nothing);
      expect(maskItems(one, 0.3, 9, random(1, "a"))).toEqual(one);
    }
    expect(ids).toEqual(before);
  });
});
