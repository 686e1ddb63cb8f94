import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, type Tensor } from "../../src/tensor/index.js";
import { evaluate, type Leaf, worstDifference } from "../support/gradient-check.js";

/** A function with inputs of shapes drawn at random. */
interface Drawn {
  name: string;
  leaves: Leaf[];
  f: (...x: Tensor[]) => Tensor;
}

const length = fc.integer({ min: 1, max: 3 });
const shape = (minLength: number) => fc.array(length, { minLength, maxLength: 4 });
const axisOf = (rank: number) => fc.integer({ min: -rank, max: rank - 1 });

/** A shape that broadcasts with another: some of its axes 1, some leading ones left out. */
const partner = (whole: number[]) =>
  fc
    .tuple(fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }), fc.nat(whole.length))
    .map(([ones, dropped]) => whole.map((size, i) => (ones[i] ? 1 : size)).slice(dropped));

const binaries: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b),
  pow: (a, b) => a.pow(b),
  maximum: (a, b) => a.maximum(b),
  minimum: (a, b) => a.minimum(b),
  where: (a, b) => a.greater(b).where(a, b.mul(2)),
};

const broadcasting: fc.Arbitrary<Drawn> = shape(0).chain((whole) =>
  fc.tuple(fc.constantFrom(...Object.keys(binaries)), partner(whole), partner(whole)).map(([name, a, b]) => ({
    name: `${name} of [${a}] and [${b}]`,
    leaves: [a, b].map((part) => ({ shape: part, low: 0.4, high: 1.6 })),
    f: binaries[name]!,
  })),
);

const alongAxis: Record<string, (x: Tensor, axis: number) => Tensor> = {
  sum: (x, axis) => x.sum(axis),
  mean: (x, axis) => x.mean(axis, true),
  max: (x, axis) => x.max(axis),
  min: (x, axis) => x.min(axis),
  logSumExp: (x, axis) => x.logSumExp(axis),
  softmax: (x, axis) => x.softmax(axis),
  logSoftmax: (x, axis) => x.logSoftmax(axis),
  cumulativeSum: (x, axis) => x.cumulativeSum(axis),
  pad: (x, axis) => x.pad(axis, 1, 2),
  slice: (x, axis) => x.pad(axis, 2, 3).slice(axis, 1, -1, 2),
  concat: (x, axis) => concat([x, x.mul(2)], axis),
  at: (x, axis) => x.at(axis, -1),
  flatten: (x, axis) => x.flatten(axis),
  unsqueeze: (x, axis) => x.unsqueeze(axis).transpose(),
  standardize: (x, axis) => x.standardize(axis, 0.1),
};

const axes: fc.Arbitrary<Drawn> = shape(1).chain((whole) =>
  fc.tuple(fc.constantFrom(...Object.keys(alongAxis)), axisOf(whole.length)).map(([name, axis]) => ({
    name: `${name} of [${whole}] along ${axis}`,
    leaves: [{ shape: whole }],
    f: (x: Tensor) => alongAxis[name]!(x, axis),
  })),
);

const gathers: fc.Arbitrary<Drawn> = fc.tuple(shape(1), shape(0)).chain(([table, ids]) =>
  axisOf(table.length).map((axis) => ({
    name: `gather of [${table}] by [${ids}] along ${axis}`,
    leaves: [{ shape: table }, { shape: ids, below: table.at(axis)! }],
    f: (x: Tensor, i: Tensor) => x.gather(i, axis),
  })),
);

const transposes: fc.Arbitrary<Drawn> = shape(2).chain((whole) =>
  fc.shuffledSubarray([...whole.keys()], { minLength: whole.length }).map((order) => ({
    name: `transpose of [${whole}] to [${order}]`,
    leaves: [{ shape: whole }],
    f: (x: Tensor) => x.transpose(order),
  })),
);

const products: fc.Arbitrary<Drawn> = fc
  .tuple(fc.array(length, { maxLength: 2 }), length, length, length, fc.boolean(), fc.boolean())
  .chain(([lead, rows, inner, columns, left, right]) =>
    fc.tuple(partner(lead), partner(lead)).map(([a, b]) => {
      const flip = (flag: boolean, sides: number[]) => (flag ? sides.toReversed() : sides);
      const shapes = [
        [...a, ...flip(left, [rows, inner])],
        [...b, ...flip(right, [inner, columns])],
      ];
      return {
        name: `matmul of [${shapes[0]}] and [${shapes[1]}], transposed ${left} ${right}`,
        leaves: shapes.map((part) => ({ shape: part })),
        f: (x: Tensor, y: Tensor) => x.matmul(y, { transposeLeft: left, transposeRight: right }),
      };
    }),
  );

test("gradients agree with central differences at any shape, with broadcasting and on any axis", {
  timeout: 120_000,
}, async () => {
  const drawn = fc.oneof(broadcasting, axes, gathers, transposes, products);
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(1000), async ({ name, leaves, f }, seed) => {
      const error = await worstDifference(leaves, await evaluate(leaves, f, { seed }));
      expect(error, name).toBeLessThan(1e-6);
    }),
    // A fixed seed: another could draw a value so near a kink that the difference steps over it.
    { numRuns: 150, seed: 20240101 },
  );
});
