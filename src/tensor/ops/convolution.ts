import { checkCount, type Dimension, fixed, formatShape, shapeError } from "../shape.js";
import { constant, defineOp, type Tensor } from "../tensor.js";
import { take } from "./gather.js";

/** Each pair is along height and along width. */
export interface ConvolutionOptions {
  /** Steps between windows; 1 unless given. */
  strides?: readonly [number, number];
  /** Zeros added on each side; 0 unless given. */
  padding?: readonly [number, number];
  /** Steps between the elements of one window; 1 unless given. */
  dilations?: readonly [number, number];
}

type Geometry = Required<ConvolutionOptions>;
type Pair = readonly [number, number];

function geometryOf(op: string, options: ConvolutionOptions): Geometry {
  const { strides = [1, 1], padding = [0, 0], dilations = [1, 1] } = options;
  for (const value of strides) checkCount(op, "a stride", value);
  for (const value of padding) checkCount(op, "a padding", value, 0);
  for (const value of dilations) checkCount(op, "a dilation", value);
  return { strides, padding, dilations };
}

/** The positions of one padded axis that each window reads, window by window; none when the kernel is too large. */
function windows(length: number, kernel: number, { strides, padding, dilations }: Geometry, side: 0 | 1) {
  const reach = (kernel - 1) * dilations[side] + 1;
  const count = Math.max(0, Math.floor((length + 2 * padding[side] - reach) / strides[side]) + 1);
  return Array.from({ length: count }, (_, window) =>
    Array.from({ length: kernel }, (__, offset) => window * strides[side] + offset * dilations[side]),
  );
}

/** The windows down and across an image [batch, channels, height, width], or an error that names the op. */
function windowsOf(op: string, x: Tensor, kernel: Pair, geometry: Geometry): [number[][], number[][]] {
  if (x.rank !== 4)
    throw shapeError(op, `input ${formatShape(x.shape)}`, "input is [batch, channels, height, width]");
  for (const size of kernel) checkCount(op, "a kernel length", size);
  const found = ([0, 1] as const).map((side) =>
    windows(fixed(op, x.shape[side + 2]), kernel[side], geometry, side),
  );
  const [down, across] = found as [number[][], number[][]];
  if (down.length === 0 || across.length === 0) {
    throw shapeError(
      op,
      `the kernel ${formatShape(kernel)} is larger than the padded input ${formatShape(x.shape)}`,
      "use a smaller kernel, less dilation or more padding",
    );
  }
  return [down, across];
}

/** Checks a product of an image and filters; returns the length of its output's last two axes. */
function convolvedShape(x: Tensor, weight: Tensor, geometry: Geometry): Dimension[] {
  const seen = `input ${x.dtype}${formatShape(x.shape)} with weight ${weight.dtype}${formatShape(weight.shape)}`;
  if (x.rank !== 4 || weight.rank !== 4 || x.shape[1] !== weight.shape[1] || x.dtype !== weight.dtype) {
    throw shapeError(
      "conv2d",
      seen,
      "input is [batch, channels, height, width], weight [filters, channels, kernel height, kernel width], of one type",
    );
  }
  const [down, across] = windowsOf("conv2d", x, kernelOf(weight), geometry);
  return [x.shape[0]!, weight.shape[0]!, down.length, across.length];
}

function kernelOf(weight: Tensor): Pair {
  return [fixed("conv2d", weight.shape[2]), fixed("conv2d", weight.shape[3])];
}

const convolutionOp = defineOp<Geometry>({
  name: "conv2d",
  takes: "float",
  infer: ([x, weight], geometry) => ({ dtype: x!.dtype, shape: convolvedShape(x!, weight!, geometry) }),
  emit: (emitter, inputs, { strides, padding, dilations }) =>
    emitter.node("Conv", inputs, {
      strides: [...strides],
      pads: [...padding, ...padding],
      dilations: [...dilations],
    }),
  gradient(g, [x, weight], geometry) {
    // Both gradients through the unfolded form: one matmul each, at any stride.
    const filters = fixed("conv2d", weight!.shape[0]);
    const kernel = kernelOf(weight!);
    const unfolded = unfold(x!, kernel, geometry);
    const rows = g.transpose([0, 2, 3, 1]).reshape([-1, filters]);
    const flat = weight!.reshape([filters, -1]);
    const weightGradient = rows.matmul(unfolded.flatten2d(), { transposeLeft: true }).reshape(weight!.shape);
    const windowGradient = rows.matmul(flat).reshape(unfolded.shape);
    return [fold(windowGradient, x!, kernel, geometry), weightGradient];
  },
});

/** Windows of an image: [batch, channels, height, width] to [batch, rows, columns, channels * kernel area]. */
export function unfold(
  x: Tensor,
  kernel: readonly [number, number],
  options: ConvolutionOptions = {},
): Tensor {
  const geometry = geometryOf("unfold", options);
  return unfolded(x, kernel, windowsOf("unfold", x, kernel, geometry), geometry.padding, 0);
}

function unfolded(x: Tensor, kernel: Pair, places: number[][][], padding: Pair, fill: number): Tensor {
  const [down, across] = places as [number[][], number[][]];
  const channels = fixed("unfold", x.shape[1]);
  const padded = x.pad(2, padding[0], padding[0], fill).pad(3, padding[1], padding[1], fill);
  return take(take(padded, 2, down.flat()), 3, across.flat())
    .reshape([x.shape[0]!, channels, down.length, kernel[0], across.length, kernel[1]])
    .transpose([0, 2, 4, 1, 3, 5])
    .reshape([x.shape[0]!, down.length, across.length, channels * kernel[0] * kernel[1]]);
}

/** The transpose of unfold: adds every window back where it was read. */
function fold(spread: Tensor, like: Tensor, kernel: Pair, geometry: Geometry): Tensor {
  const { padding } = geometry;
  const [batch, channels, height, width] = like.shape.map((length, axis) =>
    axis === 0 ? length : fixed("fold", length),
  ) as [Dimension, number, number, number];
  const [down, across] = windowsOf("fold", like, kernel, geometry);
  const image = spread
    .reshape([batch, down.length, across.length, channels, kernel[0], kernel[1]])
    .transpose([0, 3, 1, 4, 2, 5])
    .reshape([batch, channels, down.length * kernel[0], across.length * kernel[1]]);
  const tall = addAt(image, 2, down.flat(), height + 2 * padding[0]);
  const wide = addAt(tall, 3, across.flat(), width + 2 * padding[1]);
  return wide.slice(2, padding[0], padding[0] + height).slice(3, padding[1], padding[1] + width);
}

/** Sums positions of one axis into `length` bins by constant index. */
function addAt(x: Tensor, axis: number, indices: number[], length: number): Tensor {
  const front = [axis, ...x.shape.keys()].filter((value, position) => position === 0 || value !== axis);
  const back = x.shape.map((_, i) => front.indexOf(i));
  return x
    .transpose(front)
    .scatterAdd(constant("int32", [indices.length], indices), length)
    .transpose(back);
}

/** Cross-correlation of [batch, channels, height, width] with [filters, channels, kernel height, kernel width]. */
export function conv2d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  // ONNX Runtime's CPU provider has no float64 kernel for Conv.
  return x.dtype === "float64"
    ? conv2dUnfolded(x, weight, options)
    : convolutionOp([x, weight], geometryOf("conv2d", options));
}

/** The same product written as unfold and matmul; the reference for the op, and its float64 form. */
export function conv2dUnfolded(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  convolvedShape(x, weight, geometryOf("conv2d", options));
  return unfold(x, kernelOf(weight), options)
    .matmul(weight.reshape([weight.shape[0]!, -1]), { transposeRight: true })
    .transpose([0, 3, 1, 2]);
}

/** Cross-correlation of [batch, channels, length] with [filters, channels, kernel]. */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  options: { stride?: number; padding?: number; dilation?: number } = {},
): Tensor {
  if (x.rank !== 3 || weight.rank !== 3 || x.shape[1] !== weight.shape[1]) {
    throw shapeError(
      "conv1d",
      `input ${formatShape(x.shape)} with weight ${formatShape(weight.shape)}`,
      "input is [batch, channels, length], weight [filters, channels, kernel]",
    );
  }
  return conv2d(x.unsqueeze(2), weight.unsqueeze(2), {
    strides: [1, options.stride ?? 1],
    padding: [0, options.padding ?? 0],
    dilations: [1, options.dilation ?? 1],
  }).squeeze(2);
}

/** Largest value of each window of [batch, channels, height, width]; padding never wins. Ties share the gradient. */
export function maxPool2d(
  x: Tensor,
  kernel: readonly [number, number],
  options: ConvolutionOptions = {},
): Tensor {
  return pooled("maxPool2d", x, kernel, options, Number.NEGATIVE_INFINITY).max(-1);
}

/** Mean of each window of [batch, channels, height, width], padding counted as zeros. */
export function averagePool2d(
  x: Tensor,
  kernel: readonly [number, number],
  options: ConvolutionOptions = {},
): Tensor {
  return pooled("averagePool2d", x, kernel, options, 0).mean(-1);
}

/** Windows per channel: [batch, channels, rows, columns, kernel area]. */
function pooled(op: string, x: Tensor, kernel: Pair, options: ConvolutionOptions, fill: number): Tensor {
  const geometry = geometryOf(op, options);
  const places = windowsOf(op, x, kernel, geometry);
  places.forEach((axis, side) => {
    const before = geometry.padding[side as 0 | 1];
    const end = before + fixed(op, x.shape[side + 2]);
    if (axis.every((window) => window.some((place) => place >= before && place < end))) return;
    throw shapeError(
      op,
      `with kernel ${formatShape(kernel)} and padding ${formatShape(geometry.padding)} a window holds padding alone`,
      "use less padding",
    );
  });
  const [down, across] = places;
  return unfolded(x, kernel, places, geometry.padding, fill)
    .reshape([x.shape[0]!, down.length, across.length, fixed(op, x.shape[1]), kernel[0] * kernel[1]])
    .transpose([0, 3, 1, 2, 4]);
}
