import { defineOp, type Tensor } from "../tensor.js";

type Backward = (upstream: Tensor) => (Tensor | null)[];

const withGradientOp = defineOp<{ backward: Backward }>({
  name: "withGradient",
  infer: ([value]) => ({ dtype: value!.dtype, shape: [...value!.shape] }),
  emit: (_, [value]) => value!,
  gradient: (upstream, _, { backward }) => [null, ...backward(upstream)],
});

/**
 * A value whose gradient is given by hand: `backward` returns one gradient for each of `sources`.
 * For compositions whose derivative is cheaper or more stable than the chain rule finds.
 */
export function withGradient(value: Tensor, sources: readonly Tensor[], backward: Backward): Tensor {
  return withGradientOp([value, ...sources], { backward });
}

/** The same value, through which no gradient flows. */
export function stopGradient(value: Tensor): Tensor {
  return withGradient(value, [], () => []);
}
