import { describe, expect, test } from "vitest";
import { ragged } from "../../../src/data/index.js";
import { distillation } from "../../../src/models/sequential/distillation.js";
import {
  countTransitions,
  type Teacher,
  type Transitions,
  teacherOf,
} from "../../../src/models/sequential/transitions.js";
import { compile, constant, type Tensor } from "../../../src/tensor/index.js";
import { gradientError } from "../../support/gradient-check.js";

/** The followers of each item with their counts. */
function followersOf({ size, offsets, followers, counts }: Transitions): Record<number, number[][]> {
  const found = Array.from({ length: size }, (_, item) => {
    const places = Array.from({ length: offsets[item + 1]! - offsets[item]! }, (__, i) => offsets[item]! + i);
    return [item, places.map((at) => [followers[at]!, counts[at]!])] as const;
  });
  return Object.fromEntries(found.filter(([, list]) => list.length > 0));
}

/** The teacher's distribution of one item, written out. */
function dense({ transitions, floors, excesses }: Teacher, item: number): number[] {
  const row = new Array<number>(transitions.size - 1).fill(floors[item]!);
  for (let at = transitions.offsets[item]!; at < transitions.offsets[item + 1]!; at++)
    row[transitions.followers[at]! - 1]! += excesses[at]!;
  return row;
}

function near(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(value, `at ${i}`).toBeCloseTo(wanted[i]!, 6);
  });
}

describe("transitions", () => {
  test("are counted one way, in the last items of each sequence, within the span", () => {
    const sequences = ragged([[4, 1, 2, 1, 2], [1, 3], [2], []]);
    expect(followersOf(countTransitions(sequences, { length: 4 }))).toEqual({
      1: [
        [2, 2],
        [3, 1],
      ],
      2: [[1, 1]],
    });
    expect(followersOf(countTransitions(sequences, { length: 50, span: 2 }))).toEqual({
      1: [
        [1, 1],
        [2, 2],
        [3, 1],
      ],
      2: [
        [1, 1],
        [2, 1],
      ],
      4: [
        [1, 1],
        [2, 1],
      ],
    });
    expect(() => countTransitions(sequences, { length: 4, span: 0 })).toThrow(/the span is 0/);
  });
});

/** Item 1 is followed by 2 twice and by 3 once; nothing follows the others. */
const counted = countTransitions(
  ragged(
    [
      [1, 2],
      [1, 2],
      [1, 3],
    ],
    5,
  ),
  { length: 50 },
);

describe("the teacher", () => {
  test("has the rows of the worked example, uniform where nothing followed", () => {
    const teacher = teacherOf(counted, 0.1);
    near(dense(teacher, 1), [0.000045, 0.993218, 0.006692, 0.000045]);
    near(dense(teacher, 2), [0.25, 0.25, 0.25, 0.25]);
  });

  test("gives one follower among 12,101 items .645436", () => {
    const teacher = teacherOf(countTransitions(ragged([[1, 2]], 12_102), { length: 50 }), 0.1);
    // In float32, whose steps here are 6e-8.
    expect(Math.abs(dense(teacher, 1)[1]! - 0.645436)).toBeLessThan(6e-7);
  });

  test("is a distribution at any temperature, however low", () => {
    for (const temperature of [1e-3, 0.1, 1, 100]) {
      const row = dense(teacherOf(counted, temperature), 1);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
      expect(row.every((p) => p >= 0)).toBe(true);
    }
    expect(() => teacherOf(counted, 0)).toThrow(/the temperature is 0/);
  });
});

const items = [
  [0.1, 0],
  [0.2, 0.1],
  [0, 0.3],
  [-0.1, 0.2],
];

/** The sparse teacher of items 1 and 2. */
const sparse = (() => {
  const { floors, excesses } = teacherOf(counted, 0.1);
  return {
    floors: constant("float64", [2], [floors[1]!, floors[2]!]),
    heads: constant("int32", [2], [0, 0]),
    classes: constant("int32", [2], [1, 2]),
    excesses: constant("float64", [2], excesses),
  };
})();

describe("distillation", () => {
  test("has the loss of the worked example, head by head and in the mean", async () => {
    const table = constant("float64", [4, 2], items.flat());
    const scaled = table.mul(Math.SQRT2);
    const teacherOfHead = (head: number) => ({
      floors: sparse.floors.slice(0, head, head + 1),
      heads: head === 0 ? sparse.heads : constant("int32", [0], []),
      classes: head === 0 ? sparse.classes : constant("int32", [0], []),
      excesses: head === 0 ? sparse.excesses : constant("float64", [0], []),
    });
    const program = await compile(
      {
        both: distillation(scaled.slice(0, 0, 2), table, sparse, 0.1),
        first: distillation(scaled.slice(0, 0, 1), table, teacherOfHead(0), 0.1),
        second: distillation(scaled.slice(0, 1, 2), table, teacherOfHead(1), 0.1),
        student: scaled.slice(0, 0, 2).matmul(table, { transposeRight: true }).mul(10).softmax(-1),
      },
      { threads: 1 },
    );
    const { both, first, second, student } = await program.run({});
    expect(Number(first!.data[0])).toBeCloseTo(1.188545, 6);
    expect(Number(second!.data[0])).toBeCloseTo(1.418594, 6);
    expect(Number(both!.data[0])).toBeCloseTo(1.30357, 6);
    near(
      Array.from(student!.data, Number),
      [0.264994, 0.305249, 0.230047, 0.19971, 0.225529, 0.344714, 0.259789, 0.169968],
    );
    await program.release();
  });

  test("has the gradient of its value", async () => {
    const loss = (heads: Tensor, table: Tensor) => distillation(heads, table, sparse, 0.5);
    expect(await gradientError([{ shape: [2, 3] }, { shape: [4, 3] }], loss)).toBeLessThan(1e-6);
  });

  test("stays finite where the logits are far apart", async () => {
    const table = constant(
      "float32",
      [4, 2],
      items.flat().map((value) => value * 1000),
    );
    const teacher = {
      ...sparse,
      floors: sparse.floors.cast("float32"),
      excesses: sparse.excesses.cast("float32"),
    };
    const program = await compile({ loss: distillation(table.slice(0, 0, 2), table, teacher, 0.1) });
    expect(Number.isFinite(Number((await program.run({})).loss!.data[0]))).toBe(true);
    await program.release();
  });
});
