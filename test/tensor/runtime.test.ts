import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { HeedError } from "../../src/core/errors.js";
import {
  compile,
  type Device,
  input,
  openProgram,
  type Program,
  type Value,
  writeOnnx,
} from "../../src/tensor/index.js";

const floats = (shape: number[], ...values: number[]): Value => ({ data: Float32Array.from(values), shape });

describe("a program", () => {
  const x = input("x", "float32", ["batch", 2]);
  const ids = input("ids", "int32", ["batch"]);
  const table = input("table", "float32", [3, 2]);
  const graph = { y: x.add(table.gather(ids)), total: x.sum() };
  const feeds = (batch: number): Record<string, Value> => ({
    x: floats([batch, 2], ...Array<number>(batch * 2).fill(1)),
    ids: { data: new Int32Array(batch).fill(2), shape: [batch] },
    table: floats([3, 2], 0, 0, 0, 0, 5, 6),
  });
  let program: Program;
  beforeAll(async () => {
    program = await compile(graph);
    return () => program.release();
  });

  test("runs at any batch size, none included, without being compiled again", async () => {
    for (const batch of [3, 1, 0, 7, 3]) {
      const { y, total } = await program.run(feeds(batch));
      expect(y!.shape).toEqual([batch, 2]);
      expect([...y!.data]).toEqual(Array.from({ length: batch }, () => [6, 7]).flat());
      expect([...total!.data]).toEqual([2 * batch]);
    }
  });

  test("keeps one buffer an output, however many sizes it has run at", async () => {
    const buffers = new Set<ArrayBufferLike>();
    await program.run(feeds(50));
    for (let batch = 50; batch >= 0; batch--) {
      const { y } = await program.run(feeds(batch));
      expect(y!.data).toHaveLength(2 * batch);
      buffers.add(y!.data.buffer);
    }
    expect(buffers.size).toBe(1);
  });

  test("writes into arrays it is given", async () => {
    const into = { y: new Float32Array(4) };
    const { y } = await program.run(feeds(2), into);
    expect(y!.data).toBe(into.y);
    expect([...into.y]).toEqual([6, 7, 6, 7]);
  });

  const wrong: [string, (good: Record<string, Value>) => Record<string, unknown>, RegExp][] = [
    ["a missing input", ({ x: _, ...rest }) => rest, /input "x" is missing\n.*float32\[batch, 2\]/],
    [
      "an input by another name",
      ({ ids, ...rest }) => ({ ...rest, idss: ids }),
      /input "ids" is missing\n.*is it what you called "idss"/,
    ],
    [
      "another shape",
      (good) => ({ ...good, x: floats([4], 1, 1, 1, 1) }),
      /input "x" has shape \[4\]\n.*\[batch, 2\]/,
    ],
    [
      "another length",
      (good) => ({ ...good, table: floats([1, 2], 1, 1) }),
      /input "table" has shape \[1, 2\]\n.*\[3, 2\]/,
    ],
    [
      "two batch sizes",
      (good) => ({ ...good, ids: { data: Int32Array.of(0), shape: [1] } }),
      /input "\w+" has shape .*\n.*where batch is/,
    ],
    [
      "too few values",
      (good) => ({ ...good, x: floats([2, 2], 1) }),
      /input "x" is a Float32Array of 1 values\n.*of 4/,
    ],
    [
      "float64 for float32",
      (good) => ({ ...good, x: { data: new Float64Array(4), shape: [2, 2] } }),
      /input "x" is a Float64Array of 4 values\n.*Float32Array/,
    ],
    [
      "float32 for int32",
      (good) => ({ ...good, ids: floats([2], 0, 1) }),
      /input "ids" is a Float32Array.*\n.*int32.*Int32Array/,
    ],
    [
      "int64 for int32",
      (good) => ({ ...good, ids: { data: new BigInt64Array(2), shape: [2] } }),
      /BigInt64Array/,
    ],
    [
      "a plain list",
      (good) => ({ ...good, ids: { data: [0, 1], shape: [2] } }),
      /input "ids" is a object of 2 values/,
    ],
    [
      "a fraction of a row",
      (good) => ({ ...good, ids: { data: new Int32Array(1), shape: [0.5] } }),
      /input "ids" has shape \[0.5\]/,
    ],
  ];
  test.each(wrong)("refuses %s, by name", async (_, change, message) => {
    const run = () => program.run(change(feeds(2)) as Record<string, Value>);
    await expect(run()).rejects.toThrow(message);
    await expect(run()).rejects.toThrow(HeedError);
  });

  test("refuses an array for an output that does not fit it", async () => {
    await expect(program.run(feeds(2), { y: new Float32Array(3) })).rejects.toThrow(
      /output "y" is a Float32Array of 3/,
    );
  });

  test("says which node met an id outside its table, and goes on working", async () => {
    const bad = { ...feeds(2), ids: { data: Int32Array.of(0, 3), shape: [2] } };
    await expect(program.run(bad)).rejects.toThrow(
      /Gather[\s\S]*idx=3[\s\S]*help: an id lies outside its table/,
    );
    await expect(program.run(bad)).rejects.toThrow(HeedError);
    expect([...(await program.run(feeds(1))).y!.data]).toEqual([6, 7]);
  });

  test("is released once, and then refuses to run", async () => {
    const short = await compile({ y: x.mul(2) });
    await short.release();
    await short.release();
    await expect(short.run({ x: floats([1, 2], 1, 2) })).rejects.toThrow(/was released/);
  });
});

describe("a device", () => {
  const y = input("x", "float32", [1]).mul(2);

  test.each(["gpu", "tensorrt"])("that Heed does not know, %s, is refused by name", async (device) => {
    await expect(compile({ y }, { device: device as Device })).rejects.toThrow(
      /device "\w+" is not in this build of ONNX Runtime.*\n.*use one of "cpu"/,
    );
  });

  // Another platform's device is in no build for this one; ONNX Runtime alone would run on the CPU and say nothing.
  test.skipIf(process.platform !== "linux").each(["coreml", "dml"] as const)(
    "of another platform, %s, is refused",
    async (device) => {
      await expect(compile({ y }, { device })).rejects.toThrow(`device "${device}" is not in this build`);
    },
  );

  // In a process of its own: the drivers that are looked for write to the terminal.
  test.skipIf(process.platform !== "linux").each(["cuda", "webgpu"])(
    "that this machine may lack, %s, runs or says what is missing",
    (device) => {
      const program = `
        import { compile, input } from "./dist/tensor/index.js";
        try {
          const program = await compile({ y: input("x", "float32", [1]).mul(2) }, { device: "${device}" });
          const { y } = await program.run({ x: { data: Float32Array.of(3), shape: [1] } });
          console.log(y.data[0] === 6 ? "runs" : "wrong");
        } catch (error) {
          console.log(error.name, error.code, error.message);
        }`;
      const said = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      expect(said).toMatch(
        new RegExp(
          `^runs|^HeedError session ONNX Runtime cannot open the graph on ${device}: [^]*use device "cpu"`,
        ),
      );
    },
  );

  test.each([0, -1, 1.5])("cannot use %d threads", async (threads) => {
    await expect(compile({ y }, { threads })).rejects.toThrow(`threads is ${threads}`);
  });
});

test("a file that is no graph is refused with the remedy", async () => {
  const graph = { ...writeOnnx({ y: input("x", "float32", [1]).mul(2) }), bytes: Uint8Array.of(1, 2, 3) };
  await expect(openProgram(graph)).rejects.toThrow(/cannot open the graph on cpu[\s\S]*complete ONNX model/);
});
