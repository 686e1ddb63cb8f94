import { HeedError } from "../core/errors.js";
import { type Dimension, formatShape, type Shape } from "./shape.js";

export type DType = "float32" | "float64" | "int32" | "int64" | "bool";
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

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
 * Declares an op. `infer` is the shape rule and throws a HeedError naming the op and the shapes when they do not fit.
 */
export function defineOp<A extends object>(definition: {
  name: string;
  infer(inputs: readonly Tensor[], attributes: A): { dtype: DType; shape: Dimension[] };
  emit(emitter: Emitter, inputs: string[], attributes: A, output: Tensor): string;
  gradient?(upstream: Tensor, inputs: readonly Tensor[], attributes: A, output: Tensor): (Tensor | null)[];
}): (inputs: readonly Tensor[], attributes: A) => Tensor {
  const { gradient } = definition;
  const op: Op = {
    name: definition.name,
    emit: (emitter, names, output) => definition.emit(emitter, names, output.node.attributes as A, output),
    gradient:
      gradient &&
      ((upstream, output) => gradient(upstream, output.node.inputs, output.node.attributes as A, output)),
  };
  return (inputs, attributes) => {
    const { dtype, shape } = definition.infer(inputs, attributes);
    return new Tensor(dtype, shape, { op, inputs, attributes });
  };
}

/** A named value fed when the graph runs: a batch column, a parameter, a learning rate. */
export function input(name: string, dtype: DType, shape: Shape): Tensor {
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
    attributes: { data: typedArray(dtype, data as ArrayLike<number>) },
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

/** Wraps or converts values into the typed array that carries a dtype. */
export function typedArray(dtype: DType, data: ArrayLike<number> | number): TensorData {
  const values = typeof data === "number" ? { length: data } : data;
  switch (dtype) {
    case "float32":
      return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>, orZero);
    case "float64":
      return values instanceof Float64Array ? values : Float64Array.from(values as ArrayLike<number>, orZero);
    case "int32":
      return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>, orZero);
    case "bool":
      return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>, orZero);
    case "int64":
      return values instanceof BigInt64Array
        ? values
        : BigInt64Array.from(values as ArrayLike<number>, (value) => BigInt(value ?? 0));
  }
}

function orZero(value: number | undefined): number {
  return value ?? 0;
}

/** A tensor, or a number that takes the dtype of the tensor it meets. */
export type Operand = Tensor | number;

export function operand(value: Operand, like: Tensor): Tensor {
  return typeof value === "number" ? constant(like.dtype, [], [value]) : value;
}

export function isFloat(tensor: Tensor): boolean {
  return tensor.dtype === "float32" || tensor.dtype === "float64";
}
