import { broadcast, shapeError } from "../shape.js";
import {
  type DType,
  defineOp,
  isFloat,
  type Operand,
  onnxTypes,
  operand,
  Tensor,
  typedArray,
} from "../tensor.js";
import { unbroadcast } from "./arithmetic.js";

declare module "../tensor.js" {
  interface Tensor {
    equal(other: Operand): Tensor;
    greater(other: Operand): Tensor;
    greaterEqual(other: Operand): Tensor;
    less(other: Operand): Tensor;
    lessEqual(other: Operand): Tensor;
    and(other: Tensor): Tensor;
    or(other: Tensor): Tensor;
    not(): Tensor;
    /** Selects `yes` where this boolean is true, else `no`. */
    where(yes: Operand, no: Operand): Tensor;
    /** Values kept within [low, high]; the gradient is 1 at both bounds and 0 outside. */
    clip(low: number, high: number): Tensor;
    cast(dtype: DType): Tensor;
  }
}

/** Comparisons and boolean connectives: broadcast, no gradient. */
function comparison(name: string, type: string, takes?: "number" | "bool") {
  const apply = defineOp<object>({
    name,
    ...(takes && { takes }),
    infer([a, b]) {
      if (a!.dtype !== b!.dtype) {
        throw shapeError(
          name,
          `operands are ${a!.dtype} and ${b!.dtype}`,
          "cast one side so that the types agree",
        );
      }
      return { dtype: "bool", shape: broadcast(name, a!.shape, b!.shape) };
    },
    emit: (emitter, inputs) => emitter.node(type, inputs),
    gradient: () => [null, null],
  });
  return (a: Tensor, b: Operand): Tensor => apply([a, operand(name, b, a)], {});
}

const comparisons = {
  equal: comparison("equal", "Equal"),
  greater: comparison("greater", "Greater", "number"),
  greaterEqual: comparison("greaterEqual", "GreaterOrEqual", "number"),
  less: comparison("less", "Less", "number"),
  lessEqual: comparison("lessEqual", "LessOrEqual", "number"),
  and: comparison("and", "And", "bool"),
  or: comparison("or", "Or", "bool"),
} as const;

for (const [name, apply] of Object.entries(comparisons) as [
  keyof typeof comparisons,
  typeof comparisons.equal,
][]) {
  Tensor.prototype[name] = function (other: Operand) {
    return apply(this, other);
  };
}

const notOp = defineOp<object>({
  name: "not",
  takes: "bool",
  infer: ([x]) => ({ dtype: "bool", shape: [...x!.shape] }),
  emit: (emitter, inputs) => emitter.node("Not", inputs),
});

const whereOp = defineOp<object>({
  name: "where",
  infer([condition, yes, no]) {
    if (condition!.dtype !== "bool")
      throw shapeError("where", `condition is ${condition!.dtype}`, "give a bool tensor");
    if (yes!.dtype !== no!.dtype) {
      throw shapeError(
        "where",
        `branches are ${yes!.dtype} and ${no!.dtype}`,
        "cast one side so that the types agree",
      );
    }
    const branches = broadcast("where", yes!.shape, no!.shape);
    return { dtype: yes!.dtype, shape: broadcast("where", condition!.shape, branches) };
  },
  emit: (emitter, inputs) => emitter.node("Where", inputs),
  gradient: (upstream, [condition, yes, no]) => [
    null,
    unbroadcast(where(condition!, upstream, 0), yes!),
    unbroadcast(where(condition!, 0, upstream), no!),
  ],
});

/** Selects elementwise; a number takes the dtype of the other branch. */
export function where(condition: Tensor, yes: Operand, no: Operand): Tensor {
  const like = typeof yes === "number" ? no : yes;
  if (typeof like === "number") {
    throw shapeError(
      "where",
      "both branches are plain numbers",
      "make one of them a constant, so that its type is known",
    );
  }
  const [chosen, other] = [operand("where", yes, like), operand("where", no, like)];
  // ONNX Runtime's CPU provider has no bool kernel for Where.
  return condition.dtype === "bool" && chosen.dtype === "bool" && other.dtype === "bool"
    ? condition.and(chosen).or(condition.not().and(other))
    : whereOp([condition, chosen, other], {});
}

const clipOp = defineOp<{ low: number; high: number }>({
  name: "clip",
  takes: "number",
  infer([x], { low, high }) {
    if (!(low <= high)) throw shapeError("clip", `low ${low}, high ${high}`, "low must not exceed high");
    return { dtype: x!.dtype, shape: [...x!.shape] };
  },
  emit(emitter, [x], { low, high }, output) {
    const bound = (value: number) => emitter.constant(output.dtype, [], typedArray(output.dtype, [value]));
    return emitter.node("Clip", [x!, bound(low), bound(high)]);
  },
  gradient: (upstream, [x], { low, high }) => [
    where(x!.greaterEqual(low).and(x!.lessEqual(high)), upstream, 0),
  ],
});

const castOp = defineOp<{ dtype: DType }>({
  name: "cast",
  infer([x], { dtype }) {
    const known = Object.keys(onnxTypes);
    if (!known.includes(dtype)) throw shapeError("cast", `type "${dtype}"`, `use one of ${known.join(", ")}`);
    return { dtype, shape: [...x!.shape] };
  },
  emit: (emitter, inputs, { dtype }) => emitter.node("Cast", inputs, { to: onnxTypes[dtype] }),
  gradient: (upstream, [x]) => [isFloat(x!) ? upstream.cast(x!.dtype) : null],
});

Tensor.prototype.not = function () {
  return notOp([this], {});
};
Tensor.prototype.where = function (yes, no) {
  return where(this, yes, no);
};
Tensor.prototype.clip = function (low, high) {
  return clipOp([this], { low, high });
};
Tensor.prototype.cast = function (dtype) {
  return this.dtype === dtype ? this : castOp([this], { dtype });
};
