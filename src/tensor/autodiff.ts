import { HeedError } from "../core/errors.js";
import { sumOfParts } from "./ops/slice.js";
import { formatShape, sameShape } from "./shape.js";
import { constant, isFloat, type Tensor } from "./tensor.js";

/** Every tensor the roots are made from, each after all its inputs. */
export function topological(roots: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { tensor: Tensor; next: number }[] = [];
  // Iterative: a recurrent network unrolled over 200 steps is deeper than the call stack likes.
  for (const root of roots) {
    if (!seen.has(root)) {
      seen.add(root);
      stack.push({ tensor: root, next: 0 });
    }
    while (stack.length > 0) {
      const frame = stack.at(-1)!;
      const child = frame.tensor.node.inputs[frame.next++];
      if (!child) {
        order.push(frame.tensor);
        stack.pop();
      } else if (!seen.has(child)) {
        seen.add(child);
        stack.push({ tensor: child, next: 0 });
      }
    }
  }
  return order;
}

/**
 * Reverse-mode differentiation: the gradient of a scalar with respect to each of `targets`, as tensors of the same
 * graph. A target the loss does not depend on gets zeros.
 */
export function gradients(loss: Tensor, targets: readonly Tensor[]): Tensor[] {
  if (loss.rank !== 0 || !isFloat(loss)) {
    throw new HeedError(
      "shape",
      `gradients: the loss is ${loss}`,
      "reduce it to one float, for example with mean()",
    );
  }
  for (const target of targets) {
    if (isFloat(target)) continue;
    throw new HeedError("gradient", `gradients: the target is ${target}`, "only floats have a gradient");
  }
  const order = topological([loss]);
  const needed = new Set<Tensor>(targets);
  for (const tensor of order) {
    if (tensor.node.inputs.some((source) => needed.has(source))) needed.add(tensor);
  }
  const upstream = new Map<Tensor, Tensor[]>([[loss, [constant(loss.dtype, [], [1])]]]);
  for (const tensor of order.toReversed()) {
    const parts = upstream.get(tensor);
    const { op, inputs } = tensor.node;
    if (!parts || inputs.length === 0 || !needed.has(tensor)) continue;
    if (!op.gradient) {
      if (inputs.some((source) => needed.has(source) && isFloat(source)) && isFloat(tensor)) {
        throw new HeedError(
          "gradient",
          `${op.name} has no gradient`,
          "wrap it in stopGradient, or give it one",
        );
      }
      continue;
    }
    op.gradient(sumOfParts(parts), tensor).forEach((part, index) => {
      const source = inputs[index];
      if (!part || !source || !needed.has(source) || !isFloat(source)) return;
      if (part.dtype !== source.dtype || !sameShape(part.shape, source.shape)) {
        throw new HeedError(
          "gradient",
          `${op.name}: the gradient of ${source} is ${part.dtype}${formatShape(part.shape)}`,
          "a gradient has the type and shape of the value it belongs to",
        );
      }
      const sofar = upstream.get(source);
      if (sofar) sofar.push(part);
      else upstream.set(source, [part]);
    });
  }
  return targets.map((target) => {
    const parts = upstream.get(target);
    return parts ? sumOfParts(parts) : zerosLike(target);
  });
}

/** Zeros even where the tensor is NaN. A symbolic length is read off the tensor itself: nothing else may have it. */
function zerosLike(tensor: Tensor): Tensor {
  const zero = constant(tensor.dtype, [], [0]);
  return tensor.shape.every((length) => typeof length === "number")
    ? zero.expand(tensor.shape)
    : tensor.equal(tensor).cast(tensor.dtype).mul(zero);
}
