import { HeedError } from "../core/errors.js";
import { checkShape, type Dimension, formatShape, type Shape, shapeError } from "./shape.js";

export type DType = "float32" | "float64" | "int32" | "int64" | "bool";
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** The number by which an ONNX file names each dtype. */
export const onnxTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** What an op may ask of the ONNX graph being written. Values are the names of ONNX outputs. */
export interface Emitter {
  /** Adds one ONNX node, or finds its equal, and returns the name of one of its outputs (the first by default). */
  node(type: string, inputs: string[], attributes?: Record<string, OnnxAttribute>, output?: number): string;
  /** A constant, shared with every equal one. */
  constant(dtype: DType, shape: readonly number[], data: TensorData): string;
  /** A constant int64 vector. */
  integers(values: readonly number[]): string;
  /** An int64 vector holding a shape, symbolic lengths taken from the running inputs. */
  shape(shape: Shape): string;
}

export type OnnxAttribute = number | string | readonly number[];

/** The place of a tensor in its graph: the op that makes it and what it is made from. */
export interface Node {
  op: Op;
  inputs: readonly Tensor[];
  attributes: object;
}

/** One op: its emission and its gradient. `defineOp` adds the shape rule. */
export interface Op {
  name: string;
  emit(emitter: Emitter, inputs: string[], output: Tensor): string;
  /** Gradients with respect to each input, written with the same ops; null where nothing flows. */
  gradient?: ((upstream: Tensor, output: Tensor) => (Tensor | null)[]) | undefined;
}

/**
 * An immutable symbolic value: dtype, shape (numbers and symbols) and the op that makes it.
 * The chainable methods are added by the files in `ops/`, each beside the op it calls.
 */
export class Tensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly node: Node;

  constructor(dtype: DType, shape: Shape, node: Node) {
    this.dtype = dtype;
    this.shape = shape;
    this.node = node;
  }

  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `${this.node.op.name} ${this.dtype}${formatShape(this.shape)}`;
  }
}

/**
 * Declares an op. `takes` says which types its inputs may have (any, unless given); `infer` is the shape rule and throws
 * a HeedError naming the op and the shapes when they do not fit.
 */
export function defineOp<A extends object>(definition: {
  name: string;
  takes?: "float" | "number" | "bool";
  infer(inputs: readonly Tensor[], attributes: A): { dtype: DType; shape: Dimension[] };
  emit(emitter: Emitter, inputs: string[], attributes: A, output: Tensor): string;
  gradient?(upstream: Tensor, inputs: readonly Tensor[], attributes: A, output: Tensor): (Tensor | null)[];
}): (inputs: readonly Tensor[], attributes: A) => Tensor {
  const { name, takes, gradient } = definition;
  const op: Op = {
    name,
    emit: (emitter, names, output) => definition.emit(emitter, names, output.node.attributes as A, output),
    gradient:
      gradient &&
      ((upstream, output) => gradient(upstream, output.node.inputs, output.node.attributes as A, output)),
  };
  return (inputs, attributes) => {
    if (takes) for (const tensor of inputs) checkType(name, takes, tensor);
    const { dtype, shape } = definition.infer(inputs, attributes);
    return new Tensor(dtype, shape, { op, inputs, attributes });
  };
}

function checkType(op: string, takes: "float" | "number" | "bool", tensor: Tensor): void {
  const { dtype, shape } = tensor;
  if (takes === "float" ? isFloat(tensor) : takes === "number" ? dtype !== "bool" : dtype === "bool") return;
  const remedy =
    takes === "bool" ? "it takes booleans; compare first" : `it takes ${takes}s; cast("float32") first`;
  throw shapeError(op, `an input is ${dtype}${formatShape(shape)}`, remedy);
}

/** A named value fed when the graph runs: a batch column, a parameter, a learning rate. */
export function input(name: string, dtype: DType, shape: Shape): Tensor {
  checkShape(`input "${name}"`, shape);
  return new Tensor(dtype, shape, { op: inputOp, inputs: [], attributes: { name } });
}

const inputOp: Op = {
  name: "input",
  emit: (_, __, output) => inputName(output),
};

export function isInput(tensor: Tensor): boolean {
  return tensor.node.op === inputOp;
}

export function inputName(tensor: Tensor): string {
  return (tensor.node.attributes as { name: string }).name;
}

/** A value known when the graph is written. */
export function constant(
  dtype: DType,
  shape: readonly number[],
  data: ArrayLike<number> | TensorData,
): Tensor {
  checkShape("constant", shape);
  const size = shape.reduce((total, length) => total * length, 1);
  if (data.length !== size) {
    throw new HeedError(
      "shape",
      `constant: ${data.length} values for shape ${formatShape(shape)}`,
      `give ${size} values`,
    );
  }
  return new Tensor(dtype, shape, {
    op: constantOp,
    inputs: [],
    attributes: { data: typedArray(dtype, data) },
  });
}

const constantOp: Op = {
  name: "constant",
  emit: (emitter, _, output) =>
    emitter.constant(
      output.dtype,
      output.shape as number[],
      (output.node.attributes as { data: TensorData }).data,
    ),
};

/** The value of a constant scalar, or undefined when the tensor is anything else. */
export function scalarValue(tensor: Tensor): number | undefined {
  if (tensor.node.op !== constantOp || tensor.rank !== 0) return undefined;
  return Number((tensor.node.attributes as { data: TensorData }).data[0]);
}

/** The typed array that carries each dtype; a bool is a byte, 0 or 1. */
export const arrayTypes: Readonly<Record<DType, new (length: number) => TensorData>> = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

/** Wraps or converts values into the typed array that carries a dtype; a value the dtype cannot hold is an error. */
export function typedArray(dtype: DType, values: ArrayLike<number> | TensorData): TensorData {
  if (dtype !== "bool" && values instanceof arrayTypes[dtype]) return values as TensorData;
  const numbers = values as ArrayLike<number>;
  if (dtype === "float32") return Float32Array.from(numbers);
  if (dtype === "float64") return Float64Array.from(numbers);
  for (let i = 0; i < numbers.length; i++) checkFits("constant", dtype, Number(numbers[i]));
  if (dtype === "int64") return BigInt64Array.from(numbers, BigInt);
  return dtype === "int32" ? Int32Array.from(numbers) : Uint8Array.from(numbers);
}

/** Refuses a number that a whole type would round or wrap around in silence. */
function checkFits(op: string, dtype: DType, value: number): void {
  if (dtype === "float32" || dtype === "float64") return;
  const [lowest, highest] = wholeRange[dtype];
  if (Number.isInteger(value) && value >= lowest && value <= highest) return;
  throw shapeError(
    op,
    `the value ${value} does not fit ${dtype}`,
    dtype === "bool"
      ? "a bool is 0 or 1"
      : "give a whole number in range, or cast the tensor to a float type",
  );
}

const wholeRange = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  bool: [0, 1],
} as const;

/** A tensor, or a number that takes the dtype of the tensor it meets. */
export type Operand = Tensor | number;

/** An operand of `op` as a tensor. */
export function operand(op: string, value: Operand, like: Tensor): Tensor {
  if (typeof value !== "number") return value;
  checkFits(op, like.dtype, value);
  return constant(like.dtype, [], [value]);
}

export function isFloat(tensor: Tensor): boolean {
  return tensor.dtype === "float32" || tensor.dtype === "float64";
}
