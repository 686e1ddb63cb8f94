import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { bceWithLogits, input, type SparseTable, type Value } from "../../src/tensor/index.js";
import { openBatchRows } from "../../src/train/batch-rows.js";
import {
  createTrainer,
  type Feeds,
  type OptimizerOptions,
  optimizer,
  type Trainable,
  type Trainer,
  type TrainerOptions,
} from "../../src/train/index.js";
import { loadKernels } from "../../src/train/row-kernels.js";
import { createTable, type TableStore } from "../../src/train/sparse-table.js";

const kernels = await loadKernels();

const optimizers: OptimizerOptions[] = [
  { kind: "sgd" },
  { kind: "sgd", momentum: 0.9 },
  { kind: "adam" },
  { kind: "adamw" },
  { kind: "adagrad", initial: 0.1 },
  { kind: "ftrl", l1: 0.001 },
];

function declared(name: string, ids: string, rows: number, dim: number): SparseTable {
  const tensor = input(name, "float32", ["batch", dim]);
  return { name, rows, dim, ids, tensor, initializer: { kind: "normal", deviation: 0.1 } };
}

const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

/** Everything a table holds, its shards put end to end. */
function content({ values, slots }: TableStore): number[][] {
  return [values, ...slots].map((shards) => shards.flatMap(bits));
}

describe("a table in shards", () => {
  const world = fc.record({
    rows: fc.integer({ min: 1, max: 70 }),
    dim: fc.integer({ min: 1, max: 33 }),
    options: fc.constantFrom(...optimizers),
    shardBits: fc.integer({ min: 0, max: 5 }),
    penalty: fc.constantFrom(0, 0.1),
    seed: fc.nat(),
  });

  test("gives the same rows, norms and updates as one in one piece", () => {
    fc.assert(
      fc.property(world, ({ rows, dim, options, shardBits, penalty, seed }) => {
        const rule = optimizer(options);
        const run = (shardRows?: number) => {
          // A second table reads the same column.
          const tables = [declared("a", "ids", rows, dim), declared("b", "ids", rows + 3, 1)].map((table) =>
            createTable(kernels, table, rule, seed, shardRows),
          );
          const batch = openBatchRows(kernels, tables);
          const source = random(seed, "batches");
          const trace: unknown[] = [tables.map(content)];
          for (let step = 1; step <= 3; step++) {
            const length = source.integer(90);
            const data = Int32Array.from({ length }, () => source.integer(rows));
            const fed = batch.gather({ ids: { data, shape: [length] } });
            const gathered = Object.values(fed).map((value) => bits(value.data as Float32Array));
            for (const gradient of Object.values(batch.gradients()))
              for (let i = 0; i < gradient.length; i++) gradient[i] = source.normal();
            batch.sum(penalty);
            trace.push(gathered, batch.squares());
            batch.update(rule, 0.1, rule.scalars(step), 0.5);
            trace.push(tables.map(content));
          }
          return { trace, shards: tables[0]!.shards.length };
        };
        const [whole, cut] = [run(), run(2 ** shardBits)];
        expect(whole.shards).toBe(1);
        expect(cut.shards).toBe(Math.ceil(rows / 2 ** shardBits));
        expect(cut.trace).toEqual(whole.trace);
      }),
      { numRuns: 60 },
    );
  });

  test("moves the rows of the batch and no others", () => {
    const rule = optimizer({ kind: "adam" });
    const table = createTable(kernels, declared("t", "ids", 10, 3), rule, 1, 4);
    const before = content(table)[0]!;
    const batch = openBatchRows(kernels, [table]);
    batch.gather({ ids: { data: Int32Array.of(9, 2, 9, 4), shape: [4] } });
    batch.gradients().t!.fill(1);
    batch.sum(0);
    batch.update(rule, 0.1, rule.scalars(1), 1);
    const moved = content(table)[0]!.flatMap((value, i) => (value === before[i] ? [] : [Math.floor(i / 3)]));
    expect([...new Set(moved)]).toEqual([2, 4, 9]);
  });
});

/** A logit from a lazy or exact table with 6 fields of a batch, and a dense layer above it. */
function model(rows: number, options: { dense?: boolean } = {}): Trainable {
  return {
    name: "rows",
    build(nn) {
      const names = [..."abcdef"];
      const sizes = names.map(() => rows / 6);
      const fields = { ids: input("ids", "int32", ["batch", 6]), rows, names, sizes };
      const embedded = nn.embed(fields, 5);
      const logit =
        options.dense === false ? embedded.sum([1, 2]) : nn.linear(embedded.flatten(1), 1).squeeze(1);
      return { loss: bceWithLogits(logit, input("label", "float32", ["batch"])), outputs: { logit } };
    },
  };
}

function feeds(seed: number, rows: number, batch = rows / 6, ids?: Int32Array): Feeds {
  const source = random(seed, "feeds");
  const data = ids ?? Int32Array.from({ length: batch * 6 }, () => source.integer(rows));
  const label = Float32Array.from({ length: batch }, () => source.integer(2));
  return { ids: { data, shape: [batch, 6] }, label: { data: label, shape: [batch] } };
}

const lazy: TrainerOptions = { seed: 1, optimizer: { kind: "adam" }, embeddings: "lazy" };

/** Everything that training changes, copied. */
function snapshot({ state }: Trainer): unknown {
  const { step, parameters, slots, states, tables } = state;
  return structuredClone({ step, parameters, slots, states, tables: Object.values(tables).map(content) });
}

describe("a trainer with lazy tables", () => {
  test.each(optimizers.filter(({ kind }) => kind !== "ftrl"))(
    "equals the exact mode when every batch names every row ($kind)",
    async (options) => {
      const rows = 60;
      const shared = { optimizer: options, penalty: { embedding: 0.01 }, clipNorm: 0.05 };
      const exact = await createTrainer(model(rows), { ...lazy, ...shared, embeddings: "exact" });
      const sparse = await createTrainer(model(rows), { ...lazy, ...shared });
      const [table] = Object.values(sparse.state.tables);
      const whole = () => exact.state.parameters[table!.name]!;
      whole().set(table!.values[0]!);
      for (let step = 0; step < 5; step++) {
        const every = Int32Array.from({ length: rows * 2 }, (_, i) => (i * 7 + step) % rows);
        const batch = feeds(step, rows, rows / 3, every);
        const [a, b] = [await exact.step(batch, 0.05), await sparse.step(batch, 0.05)];
        expect(Math.abs(a - b)).toBeLessThan(1e-6);
      }
      whole().forEach((value, i) => {
        expect(Math.abs(value - table!.values[0]![i]!)).toBeLessThan(1e-5);
      });
      await Promise.all([exact.release(), sparse.release()]);
    },
  );

  test("an id outside the table, a missing or a foreign column are named, and nothing has moved", async () => {
    const trainer = await createTrainer(model(60), lazy);
    await trainer.step(feeds(1, 60), 0.1);
    const before = snapshot(trainer);
    const column = (data: Value["data"]): Feeds => ({ ...feeds(2, 60, 1), ids: { data, shape: [1, 6] } });
    const { ids: _, ...without } = feeds(2, 60, 1);
    const cases: [Feeds, RegExp][] = [
      [column(Int32Array.of(0, 1, 60, 2, 3, 4)), /row 60 of table "embedding"[\s\S]*0 to 59/],
      [column(Int32Array.of(0, 1, 2, -1, 3, 4)), /row -1 of table "embedding"[\s\S]*0 to 59/],
      [column(new Float32Array(6)), /column "ids".*is a Float32Array[\s\S]*Int32Array/],
      [without, /column "ids".*is missing[\s\S]*Int32Array/],
    ];
    for (const [wrong, message] of cases) {
      await expect(trainer.step(wrong, 0.1)).rejects.toThrow(message);
      await expect(trainer.predict(wrong)).rejects.toThrow(message);
    }
    expect(snapshot(trainer)).toEqual(before);
    expect(await trainer.step(feeds(3, 60), 0.1)).toBeGreaterThan(0);
    await trainer.release();
  });

  test("a NaN loss leaves tables, slots and weights as they were", async () => {
    const trainer = await createTrainer(model(60), { ...lazy, clipNorm: 1 });
    await trainer.step(feeds(1, 60), 0.1);
    const before = snapshot(trainer);
    const poisoned = feeds(2, 60);
    (poisoned.label!.data as Float32Array)[3] = Number.NaN;
    await expect(trainer.step(poisoned, 0.1)).rejects.toThrow(/loss is NaN at step 2/);
    expect(snapshot(trainer)).toEqual(before);
    await trainer.release();
  });

  test.each([
    { dense: true, name: "dense weights and rows together" },
    { dense: false, name: "rows alone" },
  ])("clipping bounds the global norm of $name", async ({ dense }) => {
    // One SGD step at rate 1 moves everything by the clipped gradient.
    const moved = async (clipNorm?: number) => {
      const trainer = await createTrainer(model(60, { dense }), {
        ...lazy,
        optimizer: { kind: "sgd" },
        ...(clipNorm && { clipNorm }),
      });
      const all = () =>
        [
          ...Object.values(trainer.state.parameters),
          ...Object.values(trainer.state.tables)[0]!.values,
        ].flatMap((values) => [...values]);
      const before = all();
      await trainer.step(feeds(1, 60), 1);
      const change = all().map((value, i) => value - before[i]!);
      await trainer.release();
      return change;
    };
    const free = await moved();
    const norm = Math.hypot(...free);
    const clipped = await moved(norm / 4);
    expect(Math.hypot(...clipped) / (norm / 4)).toBeCloseTo(1, 4);
    clipped.forEach((value, i) => {
      expect(Math.abs(value - free[i]! / 4)).toBeLessThan(1e-6);
    });
    expect(await moved(norm * 4)).toEqual(free);
  });

  test("arrays of a table taken once show every later step, however large the batch", async () => {
    const trainer = await createTrainer(model(6000), lazy);
    const [table] = Object.values(trainer.state.tables);
    const values = table!.values[0]!;
    for (const batch of [2, 20_000, 3]) {
      const before = values.slice();
      await trainer.step(feeds(batch, 6000, batch), 0.1);
      expect(values.length).toBe(6000 * 5);
      expect(values.some((value, i) => value !== before[i])).toBe(true);
    }
    await trainer.release();
  });

  test("a prediction during a step changes neither", async () => {
    const run = async (together: boolean) => {
      const trainer = await createTrainer(model(60), lazy);
      const predict = async () => [...(await trainer.predict(feeds(9, 60, 30))).logit!.data];
      await trainer.step(feeds(1, 60), 0.1);
      await predict();
      const predicted = together ? null : await predict();
      const [loss, meanwhile] = await Promise.all([
        trainer.step(feeds(2, 60), 0.1),
        together ? predict() : predicted,
      ]);
      const end = snapshot(trainer);
      await trainer.release();
      return { loss, meanwhile, end };
    };
    expect(await run(true)).toEqual(await run(false));
  });
});
