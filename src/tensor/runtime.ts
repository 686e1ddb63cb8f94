import * as ort from "onnxruntime-node";
import { HeedError } from "../core/errors.js";
import { type OnnxGraph, type Signature, writeOnnx } from "./onnx.js";
import { factors, formatShape, type Shape } from "./shape.js";
import type { DType, Tensor, TensorData } from "./tensor.js";

/** Where a graph runs. All but `cpu` need hardware and, for `cuda`, ONNX Runtime's separate libraries. */
export type Device = "cpu" | "webgpu" | "cuda" | "coreml" | "dml";

export interface RuntimeOptions {
  device?: Device;
  /** Threads of one op; the default is ONNX Runtime's: one per physical core. */
  threads?: number;
}

/** Concrete data for one input: its values and shape. */
export interface Value {
  data: TensorData;
  shape: readonly number[];
}

/** A graph compiled once, run many times. */
export interface Program {
  inputs: readonly Signature[];
  outputs: readonly Signature[];
  /**
   * Runs the graph. Outputs are written into `into` where given, else into buffers that belong to the program and
   * are overwritten by its next run at the same shapes: copy what must outlive it.
   */
  run(
    feeds: Readonly<Record<string, Value>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, Value>>;
  release(): Promise<void>;
}

/** Compiles named outputs into a program. `values` become weights inside it. */
export async function compile(
  outputs: Readonly<Record<string, Tensor>>,
  options: RuntimeOptions & { values?: Readonly<Record<string, TensorData>> } = {},
): Promise<Program> {
  return openProgram(writeOnnx(outputs, options.values), options);
}

/** Opens a written ONNX graph on a device. */
export async function openProgram(graph: OnnxGraph, options: RuntimeOptions = {}): Promise<Program> {
  const session = await openSession(graph.bytes, options);
  const buffers = new Map<string, TensorData>();

  function buffer(output: Signature, shape: readonly number[]): TensorData {
    const key = `${output.name}${formatShape(shape)}`;
    let data = buffers.get(key);
    if (!data) {
      data = allocate(output.dtype, shape);
      buffers.set(key, data);
    }
    return data;
  }

  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    async run(feeds, into = {}) {
      const lengths = bindSymbols(graph.inputs, feeds);
      const tensors: Record<string, ort.Tensor> = {};
      for (const { name, dtype } of graph.inputs) {
        const { data, shape } = feeds[name]!;
        tensors[name] = new ort.Tensor(dtype, data as Float32Array, shape);
      }
      const fetches: Record<string, ort.Tensor> = {};
      const results: Record<string, Value> = {};
      for (const output of graph.outputs) {
        const shape = output.shape.map((length) => concrete(length, lengths));
        const data = into[output.name] ?? buffer(output, shape);
        fetches[output.name] = new ort.Tensor(output.dtype, data as Float32Array, shape);
        results[output.name] = { data, shape };
      }
      await session.run(tensors, fetches);
      return results;
    },
    async release() {
      buffers.clear();
      await session.release();
    },
  };
}

async function openSession(bytes: Uint8Array, options: RuntimeOptions): Promise<ort.InferenceSession> {
  const device = options.device ?? "cpu";
  const providers = device === "cpu" ? ["cpu"] : [device, "cpu"];
  try {
    return await ort.InferenceSession.create(bytes, {
      executionProviders: providers,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      ...(options.threads && { intraOpNumThreads: options.threads }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedy =
      device === "cpu"
        ? "check that the file is a complete ONNX model made by Heed or exported for opset 20"
        : `use device "cpu", or install what ONNX Runtime needs for "${device}"`;
    throw new HeedError("session", `ONNX Runtime cannot open the graph on ${device}: ${reason}`, remedy, {
      cause,
    });
  }
}

/** Reads the length of every symbol off the feeds, and refuses feeds that do not fit the signature. */
function bindSymbols(
  inputs: readonly Signature[],
  feeds: Readonly<Record<string, Value>>,
): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { name, dtype, shape } of inputs) {
    const feed = feeds[name];
    const expected = `${dtype}${formatShape(shape)}`;
    if (!feed) throw new HeedError("feed", `input "${name}" is missing`, `feed ${expected}`);
    const fits =
      feed.shape.length === shape.length &&
      shape.every((length, axis) => bind(length, feed.shape[axis]!, lengths));
    const size = feed.shape.reduce((total, length) => total * length, 1);
    if (!fits || feed.data.length !== size) {
      throw new HeedError(
        "feed",
        `input "${name}" has shape ${formatShape(feed.shape)} and ${feed.data.length} values`,
        `feed ${expected}`,
      );
    }
  }
  return lengths;
}

function bind(declared: number | string, actual: number, lengths: Map<string, number>): boolean {
  if (typeof declared === "number") return declared === actual;
  const { factor, symbols } = factors(declared);
  if (symbols.length !== 1 || actual % factor !== 0) return false;
  const length = actual / factor;
  const known = lengths.get(symbols[0]!);
  lengths.set(symbols[0]!, length);
  return known === undefined || known === length;
}

function concrete(length: number | string, lengths: ReadonlyMap<string, number>): number {
  const { factor, symbols } = factors(length);
  return symbols.reduce((total, symbol) => total * lengths.get(symbol)!, factor);
}

/** A zeroed array for a dtype and shape. */
export function allocate(dtype: DType, shape: Shape): TensorData {
  const size = shape.reduce<number>((total, length) => total * Number(length), 1);
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int32":
      return new Int32Array(size);
    case "int64":
      return new BigInt64Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}
