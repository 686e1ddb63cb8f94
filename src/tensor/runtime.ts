import * as ort from "onnxruntime-node";
import { HeedError, nearest } from "../core/errors.js";
import { type OnnxGraph, type Signature, writeOnnx } from "./onnx.js";
import { factors, formatShape } from "./shape.js";
import { arrayTypes, type DType, type Tensor, type TensorData } from "./tensor.js";

const devices = ["cpu", "webgpu", "cuda", "coreml", "dml"] as const;

/** Where a graph runs. All but `cpu` need hardware and, for `cuda`, ONNX Runtime's separate libraries. */
export type Device = (typeof devices)[number];

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
   * Runs the graph. `feeds` holds exactly its inputs. Outputs are written into `into` where given, else into buffers
   * that belong to the program and are overwritten by its next run: copy what must outlive it.
   */
  run(
    feeds: Readonly<Record<string, Value>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, Value>>;
  /** Frees the session and its buffers; a second call does nothing. */
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
  // One a name, as long as the longest output so far: serving at many sizes must not keep a buffer for each.
  const buffers = new Map<string, TensorData>();
  let released = false;

  function buffer({ name, dtype }: Signature, size: number): TensorData {
    let held = buffers.get(name);
    if (!held || held.length < size) {
      held = new arrayTypes[dtype](size);
      buffers.set(name, held);
    }
    return held.length === size ? held : held.subarray(0, size);
  }

  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    async run(feeds, into = {}) {
      if (released) throw new HeedError("released", "the program was released", "compile the graph again");
      const lengths = bindFeeds(graph.inputs, feeds);
      const tensors: Record<string, ort.Tensor> = {};
      for (const { name, dtype } of graph.inputs) tensors[name] = ortTensor(dtype, feeds[name]!);
      const fetches: Record<string, ort.Tensor> = {};
      const results: Record<string, Value> = {};
      for (const output of graph.outputs) {
        const shape = output.shape.map((length) => concrete(length, lengths));
        const size = elements(shape);
        const given = into[output.name];
        if (given) checkData(`the array for output "${output.name}"`, output, given, size);
        const value = { data: given ?? buffer(output, size), shape };
        fetches[output.name] = ortTensor(output.dtype, value);
        results[output.name] = value;
      }
      try {
        await session.run(tensors, fetches);
      } catch (cause) {
        throw runError(cause);
      }
      return results;
    },
    async release() {
      if (released) return;
      released = true;
      buffers.clear();
      await session.release();
    },
  };
}

function ortTensor(dtype: DType, { data, shape }: Value): ort.Tensor {
  return new ort.Tensor(dtype, data as Float32Array, shape);
}

async function openSession(bytes: Uint8Array, options: RuntimeOptions): Promise<ort.InferenceSession> {
  const { device = "cpu", threads } = options;
  checkDevice(device);
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new HeedError("threads", `threads is ${threads}`, "give a whole number from 1, or leave it out");
  }
  const providers = device === "cpu" ? ["cpu"] : [device, "cpu"];
  try {
    return await ort.InferenceSession.create(bytes, {
      executionProviders: providers,
      graphOptimizationLevel: "all",
      // Fatal errors only: the others come as exceptions, and are reported once, by us.
      logSeverityLevel: 4,
      ...(threads && { intraOpNumThreads: threads }),
    });
  } catch (cause) {
    const remedy =
      device === "cpu"
        ? "check that the file is a complete ONNX model made by Heed or exported for opset 20"
        : `use device "cpu", or install what ONNX Runtime needs for "${device}"`;
    throw new HeedError(
      "session",
      `ONNX Runtime cannot open the graph on ${device}: ${reason(cause)}`,
      remedy,
      { cause },
    );
  }
}

/** ONNX Runtime leaves out a device it was built without, and runs on the CPU instead: refuse that. */
function checkDevice(device: string): void {
  const built = ort.listSupportedBackends().map(({ name }) => name);
  const available = devices.filter((name) => built.includes(name));
  if (available.some((name) => name === device)) return;
  throw new HeedError(
    "device",
    `device "${device}" is not in this build of ONNX Runtime (${process.platform} ${process.arch})`,
    `use one of ${available.map((name) => `"${name}"`).join(", ")}`,
  );
}

function runError(cause: unknown): HeedError {
  const message = reason(cause);
  const remedy = message.includes("out of data bounds")
    ? "an id lies outside its table: encode ids with the vocabulary that the table's rows come from"
    : "check the values and shapes of the inputs";
  return new HeedError("run", `ONNX Runtime stopped: ${message}`, remedy, { cause });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Reads the length of every symbol off the feeds, and refuses feeds that do not fit the signature. */
function bindFeeds(
  inputs: readonly Signature[],
  feeds: Readonly<Record<string, Value>>,
): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const signature of inputs) {
    const { name, dtype, shape } = signature;
    const feed = feeds[name];
    if (!feed) {
      const declared = new Set(inputs.map((input) => input.name));
      const near = nearest(
        name,
        Object.keys(feeds).filter((fed) => !declared.has(fed)),
      );
      const remedy = `feed ${dtype}${formatShape(shape)}`;
      throw new HeedError(
        "feed",
        `input "${name}" is missing`,
        near ? `${remedy}; is it what you called "${near}"?` : remedy,
      );
    }
    const fits = feed.shape.length === shape.length && feed.shape.every((n) => Number.isInteger(n) && n >= 0);
    if (!fits || !shape.every((length, axis) => bind(length, feed.shape[axis]!, lengths))) {
      const known = [...lengths].map(([symbol, length]) => `${symbol} is ${length}`).join(", ");
      throw new HeedError(
        "feed",
        `input "${name}" has shape ${formatShape(feed.shape)}`,
        `feed ${dtype}${formatShape(shape)}${known && `, where ${known}`}`,
      );
    }
    checkData(`input "${name}"`, signature, feed.data, elements(feed.shape));
  }
  return lengths;
}

function checkData(called: string, { dtype, shape }: Signature, data: TensorData, size: number): void {
  const wanted = arrayTypes[dtype];
  if (data instanceof wanted && data.length === size) return;
  const seen = ArrayBuffer.isView(data) ? data.constructor.name : typeof data;
  throw new HeedError(
    "feed",
    `${called} is a ${seen} of ${data?.length ?? 0} values`,
    `${dtype}${formatShape(shape)} needs a ${wanted.name} of ${size} values`,
  );
}

/** Whether an axis fits its declared length; a symbol met for the first time takes its length from here. */
function bind(declared: number | string, actual: number, lengths: Map<string, number>): boolean {
  if (typeof declared === "number") return declared === actual;
  const { factor, symbols } = factors(declared);
  if (actual % factor !== 0) return false;
  const length = actual / factor;
  const known = lengths.get(symbols[0]!);
  if (known === undefined) lengths.set(symbols[0]!, length);
  return known === undefined || known === length;
}

function concrete(length: number | string, lengths: ReadonlyMap<string, number>): number {
  const { factor, symbols } = factors(length);
  return symbols.reduce((total, symbol) => total * lengths.get(symbol)!, factor);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((total, length) => total * length, 1);
}
