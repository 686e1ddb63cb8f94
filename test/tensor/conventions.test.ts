import { describe, expect, test } from "vitest";
import {
  compile,
  constant,
  erfSeries,
  gradients,
  input,
  maxPool2d,
  type Tensor,
  typedArray,
  type Value,
} from "../../src/tensor/index.js";

/** The value and the gradient of the sum of f at given float32 numbers. */
async function at(
  f: (...x: Tensor[]) => Tensor,
  ...points: number[][]
): Promise<{ value: number[]; slopes: number[][] }> {
  const leaves = points.map((point, i) => input(`x${i}`, "float32", [point.length]));
  const y = f(...leaves);
  const found = gradients(y.sum(), leaves);
  const program = await compile(
    { y, ...Object.fromEntries(found.map((g, i) => [`g${i}`, g])) },
    { threads: 1 },
  );
  const feeds = program.inputs.map(({ name }) => {
    const point = points[Number(name.slice(1))]!;
    return [name, { data: Float32Array.from(point), shape: [point.length] } satisfies Value] as const;
  });
  const result = await program.run(Object.fromEntries(feeds));
  const slopes = found.map((_, i) => Array.from(result[`g${i}`]!.data, Number));
  const value = Array.from(result.y!.data, Number);
  await program.release();
  return { value, slopes };
}

describe("where a function has a kink, its gradient follows the stated convention", () => {
  const conventions: [string, (...x: Tensor[]) => Tensor, number[][], number[][]][] = [
    ["abs at 0: 0", (x) => x.abs(), [[0, -2]], [[0, -1]]],
    ["relu at 0: 0", (x) => x.relu(), [[0, 1]], [[0, 1]]],
    ["leakyRelu at 0: the slope", (x) => x.leakyRelu(0.25), [[0, 1]], [[0.25, 1]]],
    ["sqrt at 0: infinite", (x) => x.sqrt(), [[0, 4]], [[Infinity, 0.25]]],
    ["log at 0: infinite", (x) => x.log(), [[0, 2]], [[Infinity, 0.5]]],
    ["clip at its bounds: 1", (x) => x.clip(-1, 1), [[-1, 1, 1.5]], [[1, 1, 0]]],
    [
      "maximum of a tie: all to the first",
      (a, b) => a.maximum(b),
      [
        [1, 2],
        [1, 3],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      "minimum of a tie: all to the first",
      (a, b) => a.minimum(b),
      [
        [1, 2],
        [1, 3],
      ],
      [
        [1, 1],
        [0, 0],
      ],
    ],
    ["max of a tie: shared", (x) => x.max(), [[3, 1, 3, 3]], [[1 / 3, 0, 1 / 3, 1 / 3]]],
    ["min of a tie: shared", (x) => x.min(), [[1, 1, 5, 2]], [[0.5, 0.5, 0, 0]]],
    ["topK of a tie: the lower id", (x) => x.topK(1), [[7, 7, 1]], [[1, 0, 0]]],
    ["square at 0", (x) => x.pow(2), [[0, -3]], [[0, -6]]],
    ["0 to the 0", (a, b) => a.pow(b), [[0], [0]], [[0], [0]]],
    [
      "0 to a positive power",
      (a, b) => a.pow(b),
      [
        [0, 0],
        [2, 1],
      ],
      [
        [0, 1],
        [0, 0],
      ],
    ],
    [
      "sign, floor, ceil and round are flat",
      (x) => x.sign().add(x.floor()).add(x.ceil()).add(x.round()),
      [[0.3, 1]],
      [[0, 0]],
    ],
  ];
  test.each(conventions)("%s", async (_, f, points, wanted) => {
    const { slopes } = await at(f, ...points);
    slopes.forEach((slope, i) => {
      slope.forEach((value, k) => {
        expect(value + 0).toBeCloseTo(wanted[i]![k]!, 6);
      });
    });
  });

  test("maxPool2d of a tie shares it, and padding never wins over negative values", async () => {
    const { value, slopes } = await at(
      (x) => maxPool2d(x.reshape([1, 1, 2, 2]), [2, 2], { padding: [1, 1], strides: [2, 2] }).reshape([-1]),
      [-1, -2, -3, -4],
    );
    expect(value).toEqual([-1, -2, -3, -4]);
    expect(slopes[0]).toEqual([1, 1, 1, 1]);
    const tied = await at((x) => maxPool2d(x.reshape([1, 1, 2, 2]), [2, 2]).reshape([-1]), [5, 5, 5, 5]);
    expect(tied.slopes[0]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe("values at the edges", () => {
  test("the zero vector normalises to zero with a finite gradient", async () => {
    const { value, slopes } = await at((x) => x.l2Normalize(1e-3), [0, 0, 0]);
    expect(value).toEqual([0, 0, 0]);
    for (const slope of slopes[0]!) expect(slope).toBeCloseTo(1000, 1);
    const usual = await at((x) => x.l2Normalize(), [0, 0]);
    expect(usual.slopes[0]!.every(Number.isFinite)).toBe(true);
  });

  test("logSumExp and the softmaxes neither overflow nor turn -Infinity into NaN", async () => {
    const large = await at((x) => x.logSumExp(), [1000, 1000]);
    expect(large.value[0]).toBeCloseTo(1000 + Math.log(2), 3);
    expect(large.slopes[0]![0]).toBeCloseTo(0.5, 4);
    expect((await at((x) => x.logSumExp(), [-Infinity, -Infinity])).value).toEqual([-Infinity]);
    expect((await at((x) => x.logSumExp(), [-Infinity, 2])).value).toEqual([2]);
    expect((await at((x) => x.softmax(), [1000, -1000])).value).toEqual([1, 0]);
    expect((await at((x) => x.logSoftmax(), [1000, -1000])).value).toEqual([0, -2000]);
  });

  test("softplus and sigmoid keep their value and gradient far out", async () => {
    const { value, slopes } = await at((x) => x.softplus(), [-200, 200]);
    expect(value).toEqual([0, 200]);
    expect(slopes[0]).toEqual([0, 1]);
    expect((await at((x) => x.sigmoid(), [-200, 200])).value).toEqual([0, 1]);
  });

  test("the float64 series of erf agrees with the op far out too", async () => {
    const points = [-30, -6, -5, -3, -1, 0, 0.1, 2.5, 4, 7];
    const series = await at((x) => erfSeries(x.cast("float64")).cast("float32"), points);
    const op = await at((x) => x.erf(), points);
    series.value.forEach((value, i) => {
      expect(value).toBeCloseTo(op.value[i]!, 6);
    });
  });

  test("an id outside a one-hot row gives zeros", async () => {
    const { value } = await at((x) => x.cast("int32").oneHot(3).reshape([-1]), [-1, 3, 1]);
    expect(value).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0]);
  });

  test("a target the loss does not depend on has gradient zero, even where it is NaN", async () => {
    const [x, other] = [input("x", "float32", ["batch"]), input("other", "float32", ["batch"])];
    const [slope] = gradients(x.mean(), [other]);
    const program = await compile({ slope: slope! });
    const { slope: found } = await program.run({
      other: { data: Float32Array.of(Number.NaN, 1), shape: [2] },
    });
    expect([...found!.data]).toEqual([0, 0]);
    await program.release();
  });

  test("int64 columns are fed as BigInt64Array and index like int32", async () => {
    const program = await compile({
      y: input("table", "float32", [3, 2]).gather(input("ids", "int64", ["batch"])),
      twice: input("ids2", "int64", [2]).mul(2),
    });
    const ids = { data: BigInt64Array.of(2n, 0n), shape: [2] };
    const { y, twice } = await program.run({
      table: { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] },
      ids,
      ids2: ids,
    });
    expect([...y!.data]).toEqual([5, 6, 1, 2]);
    expect([...twice!.data]).toEqual([4n, 0n]);
    await program.release();
  });

  test("names of inputs may be anything, those the writer uses included", async () => {
    const names = ["v0", "c0", "v1", "c1", "a b/c"];
    const sum = names.map((name) => input(name, "float32", [1])).reduce((a, b) => a.mul(2).add(b));
    const program = await compile({ v2: sum, c2: sum.add(constant("float32", [1], [100])) });
    const one = { data: Float32Array.of(1), shape: [1] };
    const result = await program.run(Object.fromEntries(names.map((name) => [name, one])));
    expect([...result.v2!.data, ...result.c2!.data]).toEqual([31, 131]);
    await program.release();
  });

  test("typed arrays of each dtype hold what was given, or it is refused", () => {
    expect(typedArray("bool", [0, 1])).toEqual(Uint8Array.of(0, 1));
    expect(typedArray("int64", [3])).toEqual(BigInt64Array.of(3n));
    expect(() => typedArray("bool", [2])).toThrow(/2 does not fit bool/);
    for (const bad of [0.5, 2 ** 31, Number.NaN]) {
      expect(() => typedArray("int32", [bad])).toThrow(`${bad} does not fit int32`);
    }
  });
});
