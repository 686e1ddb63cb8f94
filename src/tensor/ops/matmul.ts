import { broadcast, formatShape, shapeError } from "../shape.js";
import { defineOp, type Emitter, Tensor } from "../tensor.js";
import { unbroadcast } from "./arithmetic.js";

declare module "../tensor.js" {
  interface Tensor {
    /** Matrix product over the last two axes; leading axes broadcast. */
    matmul(other: Tensor, options?: MatmulOptions): Tensor;
  }
}

export interface MatmulOptions {
  /** Use the transpose of the last two axes of the left or right side, without copying it. */
  transposeLeft?: boolean;
  transposeRight?: boolean;
}

interface Flags {
  left: boolean;
  right: boolean;
}

const matmulOp = defineOp<Flags>({
  name: "matmul",
  takes: "float",
  infer([a, b], { left, right }) {
    const seen = `${formatShape(a!.shape)}${left ? " transposed" : ""} by ${formatShape(b!.shape)}${right ? " transposed" : ""}`;
    if (a!.rank < 2 || b!.rank < 2)
      throw shapeError("matmul", seen, "both sides need at least two axes; unsqueeze vectors");
    if (a!.dtype !== b!.dtype)
      throw shapeError("matmul", `operands are ${a!.dtype} and ${b!.dtype}`, "cast one side");
    const [rows, inner] = left ? [a!.shape.at(-1)!, a!.shape.at(-2)!] : [a!.shape.at(-2)!, a!.shape.at(-1)!];
    const [depth, columns] = right
      ? [b!.shape.at(-1)!, b!.shape.at(-2)!]
      : [b!.shape.at(-2)!, b!.shape.at(-1)!];
    if (inner !== depth)
      throw shapeError("matmul", seen, `the inner lengths must agree, they are ${inner} and ${depth}`);
    const lead = broadcast("matmul", a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    return { dtype: a!.dtype, shape: [...lead, rows, columns] };
  },
  emit(emitter, [a, b], { left, right }, output) {
    const [x, y] = output.node.inputs;
    if (x!.rank === 2 && y!.rank === 2) {
      return emitter.node("Gemm", [a!, b!], { transA: left ? 1 : 0, transB: right ? 1 : 0 });
    }
    // ONNX Runtime folds these transposes into the product.
    const flip = (name: string, rank: number) =>
      emitter.node("Transpose", [name], { perm: [...Array(rank - 2).keys(), rank - 1, rank - 2] });
    const rows = apart(emitter, a!, x!, y!.rank === 2);
    return emitter.node("MatMul", [left ? flip(rows, x!.rank) : rows, right ? flip(b!, y!.rank) : b!]);
  },
  gradient(g, [a, b], { left, right }) {
    // A shared matrix under a batch of rows: one large product instead of a batch of small ones and a sum.
    if (b!.rank === 2 && a!.rank > 2 && !left) {
      const rows = a!.flatten2d();
      const upstream = g.flatten2d();
      const da = matmul(g, b!, { transposeRight: !right });
      const db = right
        ? matmul(upstream, rows, { transposeLeft: true })
        : matmul(rows, upstream, { transposeLeft: true });
      return [da, db];
    }
    const da = left
      ? matmul(b!, g, { transposeLeft: right, transposeRight: true })
      : matmul(g, b!, { transposeRight: !right });
    const db = right
      ? matmul(g, a!, { transposeLeft: true, transposeRight: left })
      : matmul(a!, g, { transposeLeft: !left });
    return [unbroadcast(da, a!), unbroadcast(db, b!)];
  },
});

/**
 * Keeps a transpose of a batch out of the product: ONNX Runtime's kernel for the two in one ends the process when there are
 * no rows and the transpose moved a leading axis, and fails when one matrix is shared by all.
 */
function apart(emitter: Emitter, name: string, x: Tensor, shared: boolean): string {
  const { op, attributes } = x.node;
  if (op.name !== "transpose" || x.shape.every((length) => typeof length === "number")) return name;
  const { order } = attributes as { order: number[] };
  if (!shared && order.slice(0, -2).every((axis, place) => axis === place)) return name;
  const flat = emitter.node("Reshape", [name, emitter.integers([-1])]);
  return emitter.node("Reshape", [flat, emitter.shape(x.shape)], { allowzero: 1 });
}

export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  return matmulOp([a, b], { left: options.transposeLeft ?? false, right: options.transposeRight ?? false });
}

declare module "../tensor.js" {
  interface Tensor {
    /** All axes but the last joined into one: the rows of a stack of matrices. */
    flatten2d(): Tensor;
  }
}

Tensor.prototype.matmul = function (other, options) {
  return matmul(this, other, options);
};
Tensor.prototype.flatten2d = function () {
  if (this.rank === 0) throw shapeError("flatten2d", "the tensor is a scalar", "give at least one axis");
  return this.reshape([-1, this.shape.at(-1)!]);
};
