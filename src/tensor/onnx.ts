import { HeedError } from "../core/errors.js";
import { topological } from "./autodiff.js";
import { decodeModel, encodeModel } from "./onnx-schema.js";
import { factors, type Shape } from "./shape.js";
import {
  arrayTypes,
  type DType,
  type Emitter,
  inputName,
  isInput,
  type OnnxAttribute,
  onnxTypes,
  type Tensor,
  type TensorData,
} from "./tensor.js";

const opset = 20;

/** The name and type of one value that a graph takes or gives. */
export interface Signature {
  name: string;
  dtype: DType;
  shape: Shape;
}

export interface OnnxGraph {
  bytes: Uint8Array;
  inputs: Signature[];
  outputs: Signature[];
}

/**
 * Writes tensors as one ONNX model. Inputs named in `values` become initializers (weights inside the file);
 * the others are inputs of the graph. Equal nodes and equal constants are written once.
 */
export function writeOnnx(
  outputs: Readonly<Record<string, Tensor>>,
  values: Readonly<Record<string, TensorData>> = {},
): OnnxGraph {
  const order = topological(Object.values(outputs));
  const leaves = uniqueInputs(order);
  const clash = leaves.map(inputName).find((name) => name in outputs);
  if (clash !== undefined) {
    throw new HeedError(
      "graph",
      `"${clash}" names both an input and an output`,
      "give the output another name",
    );
  }
  const writer = createWriter(
    leaves.filter((leaf) => !(inputName(leaf) in values)),
    new Set([...leaves.map(inputName), ...Object.keys(outputs)]),
  );
  const names = new Map<Tensor, string>();
  for (const tensor of order) {
    const inputs = tensor.node.inputs.map((source) => names.get(source)!);
    names.set(tensor, tensor.node.op.emit(writer, inputs, tensor));
  }
  for (const leaf of leaves) {
    const data = values[inputName(leaf)];
    if (!data) continue;
    const size = leaf.shape.reduce<number>((total, length) => total * Number(length), 1);
    if (!(data instanceof arrayTypes[leaf.dtype]) || data.length !== size) {
      throw new HeedError(
        "graph",
        `the value of ${leaf} "${inputName(leaf)}" is a ${data.constructor.name} of ${data.length}`,
        `give a ${arrayTypes[leaf.dtype].name} of a fixed shape's ${size} values`,
      );
    }
    writer.initializer(inputName(leaf), leaf.dtype, leaf.shape as number[], data);
  }
  for (const [name, tensor] of Object.entries(outputs)) writer.alias(names.get(tensor)!, name);
  const signature = (name: string, tensor: Tensor): Signature => ({
    name,
    dtype: tensor.dtype,
    shape: tensor.shape,
  });
  const inputs = leaves
    .filter((leaf) => !(inputName(leaf) in values))
    .map((leaf) => signature(inputName(leaf), leaf));
  const results = Object.entries(outputs).map(([name, tensor]) => signature(name, tensor));
  // ONNX infers no name for a length such as 50 * batch. Without one no two buffers count as equal in size: memory is
  // not reused, and opening a session takes time quadratic in the number of nodes.
  const known = new Map<string, Signature>();
  for (const [tensor, name] of names) {
    const symbolic = tensor.shape.some((length) => typeof length === "string");
    if (symbolic && !isInput(tensor)) known.set(name, signature(name, tensor));
  }
  for (const leaf of leaves) known.delete(inputName(leaf));
  const bytes = encodeModel({
    irVersion: 10,
    producerName: "heed",
    opsetImport: [{ domain: "", version: opset }],
    graph: {
      name: "heed",
      node: writer.nodes,
      initializer: writer.initializers,
      input: inputs.map(valueInfo),
      output: results.map(valueInfo),
      valueInfo: [...known.values()].map(valueInfo),
    },
  });
  return { bytes, inputs, outputs: results };
}

function uniqueInputs(order: readonly Tensor[]): Tensor[] {
  const byName = new Map<string, Tensor>();
  for (const tensor of order.filter(isInput)) {
    const name = inputName(tensor);
    const other = byName.get(name);
    if (other && other !== tensor) {
      throw new HeedError(
        "graph",
        `two inputs are called "${name}": ${other} and ${tensor}`,
        "give each input its own name",
      );
    }
    byName.set(name, tensor);
  }
  return [...byName.values()];
}

function valueInfo({ name, dtype, shape }: Signature): object {
  const dim = shape.map((length) =>
    typeof length === "number" ? { dimValue: length } : { dimParam: length },
  );
  return { name, type: { tensorType: { elemType: onnxTypes[dtype], shape: { dim } } } };
}

interface Writer extends Emitter {
  nodes: object[];
  initializers: object[];
  initializer(name: string, dtype: DType, shape: readonly number[], data: TensorData): void;
  /** Gives a value the name under which the graph returns it. */
  alias(value: string, name: string): void;
}

/** Collects nodes and constants, sharing equal ones. `taken` names belong to the graph's inputs and outputs. */
function createWriter(inputs: readonly Tensor[], taken: ReadonlySet<string>): Writer {
  const nodes: object[] = [];
  const initializers: object[] = [];
  const shared = new Map<string, string>();
  let next = 0;

  function fresh(letter: string): string {
    for (;;) {
      const name = `${letter}${next++}`;
      if (!taken.has(name)) return name;
    }
  }

  function initializer(name: string, dtype: DType, shape: readonly number[], data: TensorData): void {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    initializers.push({ name, dims: [...shape], dataType: onnxTypes[dtype], rawData });
  }

  function symbolLength(symbol: string): string {
    for (const leaf of inputs) {
      const axis = leaf.shape.indexOf(symbol);
      if (axis >= 0) {
        const lengths = writer.node("Shape", [inputName(leaf)]);
        return writer.node("Gather", [lengths, writer.integers([axis])]);
      }
    }
    throw new HeedError(
      "graph",
      `no input of the graph has an axis "${symbol}"`,
      "use the symbol in the shape of an input",
    );
  }

  const writer: Writer = {
    nodes,
    initializers,
    initializer,
    node(type: string, sources: string[], attributes: Record<string, OnnxAttribute> = {}, output = 0) {
      const key = `${type}|${sources.join(",")}|${JSON.stringify(attributes)}`;
      let base = shared.get(key);
      if (base === undefined) {
        base = fresh("v");
        shared.set(key, base);
        const outputs = Array.from({ length: output + 1 }, (_, index) =>
          index === 0 ? base! : `${base}.${index}`,
        );
        const attribute = Object.entries(attributes).map(onnxAttribute);
        nodes.push({ name: base, opType: type, input: sources, output: outputs, attribute });
      }
      return output === 0 ? base : `${base}.${output}`;
    },
    constant(dtype: DType, shape: readonly number[], data: TensorData) {
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      const key = `constant|${dtype}|${shape.join(",")}|${bytes.toString("latin1")}`;
      let name = shared.get(key);
      if (name === undefined) {
        name = fresh("c");
        shared.set(key, name);
        initializer(name, dtype, shape, data);
      }
      return name;
    },
    integers(values: readonly number[]) {
      return writer.constant("int64", [values.length], BigInt64Array.from(values, BigInt));
    },
    shape(shape: Shape) {
      if (shape.every((length) => typeof length === "number")) return writer.integers(shape);
      const parts = shape.map((length) => {
        const { factor, symbols } = factors(length);
        const terms = symbols.map(symbolLength);
        if (factor !== 1 || terms.length === 0) terms.push(writer.integers([factor]));
        return terms.reduce((a, b) => writer.node("Mul", [a, b]));
      });
      return parts.length === 1 ? parts[0]! : writer.node("Concat", parts, { axis: 0 });
    },
    alias(value: string, name: string) {
      nodes.push({ name, opType: "Identity", input: [value], output: [name], attribute: [] });
    },
  };
  return writer;
}

function onnxAttribute([name, value]: [string, OnnxAttribute]): object {
  if (typeof value === "number") return { name, i: value, type: 2 };
  if (typeof value === "string") return { name, s: Buffer.from(value), type: 3 };
  return { name, ints: [...value], type: 7 };
}

/** ONNX's number for float32. */
const float32 = 1;

/**
 * The bytes of a graph that `writeOnnx` wrote with one row set to zero in every float32 initializer of that many rows: an
 * embedding table forgets what it learned of one token.
 */
export function clearRow(bytes: Uint8Array, rows: number, row: number): Uint8Array<ArrayBuffer> {
  const { model, encode } = decodeModel(bytes.slice());
  for (const { dims, dataType, rawData } of model.graph.initializer) {
    if (Number(dims[0]) !== rows || dataType !== float32) continue;
    const width = rawData.length / rows;
    rawData.fill(0, row * width, (row + 1) * width);
  }
  return encode();
}
