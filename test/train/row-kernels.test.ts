import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { optimizer } from "../../src/train/index.js";
import { type KernelMemory, loadKernels, openMemory } from "../../src/train/row-kernels.js";
import * as reference from "../support/row-reference.js";

const kernelModule = await loadKernels();

const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

/** Numbers of very different sizes, zeros among them. */
function numbers(count: number, seed: number): Float32Array {
  const source = random(seed, "numbers");
  return Float32Array.from({ length: count }, () =>
    source.integer(8) === 0 ? 0 : source.normal() * 10 ** (source.integer(12) - 8),
  );
}

/** Puts arrays into one new memory, one after another; returns it with their addresses. */
function place(...arrays: (Float32Array | Int32Array)[]): { memory: KernelMemory; at: number[] } {
  const memory = openMemory(kernelModule, "a test");
  const at = arrays.map((array) => memory.reserve(array.byteLength));
  arrays.forEach((array, i) => {
    memory[array instanceof Int32Array ? "int32" : "float32"](at[i]!, array.length).set(array as never);
  });
  return { memory, at };
}

/** A table's shape, ids with repeats (low ones often, as in click logs), and a seed for its numbers. */
const batch = fc
  .record({
    dim: fc.integer({ min: 1, max: 33 }),
    first: fc.constantFrom(0, 1, 4096, 2 ** 31 - 100),
    rows: fc.integer({ min: 1, max: 60 }),
    seed: fc.nat(),
  })
  .chain(({ rows, first, ...rest }) =>
    fc
      .array(fc.oneof(fc.constant(0), fc.nat({ max: rows - 1 })), { maxLength: 150 })
      .map((ids) => ({ ...rest, rows, first, ids: Int32Array.from(ids, (id) => id + first) })),
  );

function grouped(ids: Int32Array) {
  const { length } = ids;
  const words = () => new Int32Array(length + 1);
  const scratch = new Int32Array(length * 4 + 2 ** 12);
  const { memory, at } = place(ids, words(), words(), words(), words(), scratch);
  const [from, distinct, starts, order, places, free] = at as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const most = memory.kernels.largest(from, length) >>> 0;
  const count = memory.kernels.group(from, length, most, distinct, starts, order, places, free);
  return {
    distinct: [...memory.int32(distinct, count)],
    starts: [...memory.int32(starts, count + 1)],
    order: [...memory.int32(order, length)],
    place: [...memory.int32(places, length)],
  };
}

describe("every kernel equals its plain twin to the bit", () => {
  test("largest reads negative ids as the largest of all", () => {
    const { memory, at } = place(Int32Array.of(3, -1, 7));
    expect(memory.kernels.largest(at[0]!, 3) >>> 0).toBe(2 ** 32 - 1);
    expect(memory.kernels.largest(at[0]!, 1)).toBe(3);
    expect(memory.kernels.largest(at[0]!, 0)).toBe(0);
  });

  test("group, over the whole range of ids", () => {
    fc.assert(
      fc.property(batch, ({ ids }) => {
        expect(grouped(ids)).toEqual(reference.group(ids));
      }),
    );
    const wide = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { maxLength: 200 });
    fc.assert(
      fc.property(wide, (drawn) => {
        const ids = Int32Array.from(drawn.concat(drawn));
        expect(grouped(ids)).toEqual(reference.group(ids));
      }),
    );
  });

  test("gather", () => {
    fc.assert(
      fc.property(batch, ({ dim, first, rows, ids, seed }) => {
        const table = numbers(rows * dim, seed);
        const { memory, at } = place(ids, table, new Float32Array(ids.length * dim));
        memory.kernels.gather(at[0]!, ids.length, first, dim, at[1]!, at[2]!);
        const found = memory.float32(at[2]!, ids.length * dim);
        expect(bits(found)).toEqual(bits(reference.gather(ids, first, dim, table)));
      }),
    );
  });

  test("sum, penalize and squares", () => {
    fc.assert(
      fc.property(batch, ({ dim, ids, seed }) => {
        const groups = reference.group(ids);
        const count = groups.distinct.length;
        const upstream = numbers(ids.length * dim, seed);
        const rows = numbers(count * dim, seed + 1);
        const { memory, at } = place(
          Int32Array.from(groups.order),
          Int32Array.from(groups.starts),
          upstream,
          rows,
          new Float32Array(count * dim),
        );
        const [order, starts, from, penalized, out] = at as [number, number, number, number, number];
        const found = () => memory.float32(out, count * dim);
        memory.kernels.sum(order, starts, count, dim, from, out);
        const sums = reference.sum(groups, dim, upstream);
        expect(bits(found())).toEqual(bits(sums));
        memory.kernels.penalize(out, penalized, count * dim, 0.3);
        const penalizedSums = reference.penalize(sums, rows, 0.3);
        expect(bits(found())).toEqual(bits(penalizedSums));
        expect(memory.kernels.squares(out, count * dim)).toBe(reference.squares(penalizedSums));
      }),
    );
  });

  test.each([
    { kind: "sgd" },
    { kind: "sgd", momentum: 0.9 },
    { kind: "adam" },
    { kind: "adamw", weightDecay: 0.1 },
    { kind: "adagrad" },
    { kind: "ftrl", l1: 0.01, l2: 0.1 },
  ] as const)("optimizer $kind", (options) => {
    const rule = optimizer(options);
    fc.assert(
      fc.property(batch, fc.constantFrom(1, 0.37), ({ dim, first, rows, ids: drawn, seed }, scale) => {
        const ids = Int32Array.from(reference.group(drawn).distinct);
        const gradients = numbers(ids.length * dim, seed);
        const table = numbers(rows * dim, seed + 1);
        // As slots can be: sums of squares are not negative.
        const slots = rule.slots.map((name, i) =>
          numbers(rows * dim, seed + 2 + i).map((value) => (name === "square" ? Math.abs(value) : value)),
        );
        const constants = rule.rows.constants(0.01, rule.scalars(3));
        const { memory, at } = place(ids, gradients, table, ...slots);
        const [from, upstream, ...arrays] = at as [number, number, ...number[]];
        for (const array of arrays) memory.kernels.touch(from, ids.length, first, dim, array);
        memory.kernels[rule.rows.kernel](
          from,
          ids.length,
          first,
          dim,
          upstream,
          scale,
          ...arrays,
          ...constants,
        );
        reference.update(rule.rows.kernel, ids, first, dim, gradients, scale, [table, ...slots], constants);
        [table, ...slots].forEach((expected, i) => {
          expect(bits(memory.float32(arrays[i]!, rows * dim))).toEqual(bits(expected));
        });
      }),
    );
  });
});

test("FTRL follows the paper's algorithm in float64, also when the sum of squares dwarfs the gradient", () => {
  const rule = optimizer({ kind: "ftrl", l1: 0.02, l2: 0.1, beta: 1 });
  const source = random(5, "ftrl");
  let [w, n, z] = [0, 0, 0];
  const { memory, at } = place(
    Int32Array.of(0),
    new Float32Array(1),
    new Float32Array(1),
    new Float32Array(1),
    new Float32Array(1),
  );
  const [ids, gradient, ...arrays] = at as [number, number, ...number[]];
  for (let step = 0; step < 400; step++) {
    const g = Math.fround(source.normal() * (step < 20 ? 3 : 0.01));
    memory.float32(gradient, 1)[0] = g;
    memory.kernels.ftrl(ids, 1, 0, 1, gradient, 1, ...arrays, ...rule.rows.constants(0.1, []));
    // McMahan et al. 2013, algorithm 1, as printed.
    const sigma = (Math.sqrt(n + g * g) - Math.sqrt(n)) / 0.1;
    z += g - sigma * w;
    n += g * g;
    w = Math.abs(z) <= 0.02 ? 0 : -(z - Math.sign(z) * 0.02) / ((1 + Math.sqrt(n)) / 0.1 + 0.1);
    expect(Math.abs(memory.float32(arrays[0]!, 1)[0]! - w)).toBeLessThan(1e-5 * Math.max(1, Math.abs(w)));
  }
});

test("compiling kernels/ gives the bytes that are shipped", async () => {
  const made = join(mkdtempSync(join(tmpdir(), "heed-kernels-")), "row-kernels.wasm");
  const { error, stderr } = await asc.main(["--config", "kernels/asconfig.json", "--outFile", made]);
  expect(error, stderr.toString()).toBe(null);
  const shipped = readFileSync("assets/row-kernels.wasm");
  expect(readFileSync(made).equals(shipped), "run npm run kernels and commit assets/row-kernels.wasm").toBe(
    true,
  );
});

test("a memory beyond 32-bit addresses is refused with the remedy", () => {
  expect(() => openMemory(kernelModule, 'table "t"', 2 ** 32 + 1)).toThrow(
    /table "t" needs 4.00 GiB[\s\S]*smaller/,
  );
  const memory = openMemory(kernelModule, "the batch");
  expect(() => memory.reserve(2 ** 32 + 64)).toThrow(/the batch needs 4.00 GiB[\s\S]*smaller batches/);
});
