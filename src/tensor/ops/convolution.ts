import { fixed, formatShape, shapeError } from "../shape.js";
import { constant, defineOp, type Tensor } from "../tensor.js";
import { take } from "./gather.js";

export interface ConvolutionOptions {
  /** Steps between windows along height and width. */
  strides?: readonly [number, number];
  /** Zeros added on each side of height and width. */
  padding?: readonly [number, number];
}

interface Geometry {
  strides: readonly [number, number];
  padding: readonly [number, number];
}

function outputLength(length: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((length + 2 * padding - kernel) / stride) + 1;
}

const convolutionOp = defineOp<Geometry>({
  name: "conv2d",
  infer([x, weight], { strides, padding }) {
    if (x!.rank !== 4 || weight!.rank !== 4 || x!.shape[1] !== weight!.shape[1]) {
      throw shapeError(
        "conv2d",
        `input ${formatShape(x!.shape)} with weight ${formatShape(weight!.shape)}`,
        "input is [batch, channels, height, width], weight [filters, channels, kernel height, kernel width]",
      );
    }
    const spatial = [2, 3].map((axis) =>
      outputLength(
        fixed("conv2d", x!.shape[axis]),
        fixed("conv2d", weight!.shape[axis]),
        strides[axis - 2]!,
        padding[axis - 2]!,
      ),
    );
    if (spatial.some((length) => length < 1)) {
      throw shapeError(
        "conv2d",
        `the kernel ${formatShape(weight!.shape)} is larger than the padded input ${formatShape(x!.shape)}`,
        "use a smaller kernel or more padding",
      );
    }
    return { dtype: x!.dtype, shape: [x!.shape[0]!, weight!.shape[0]!, ...spatial] };
  },
  emit: (emitter, inputs, { strides, padding }) =>
    emitter.node("Conv", inputs, { strides: [...strides], pads: [...padding, ...padding] }),
  gradient(g, [x, weight], geometry) {
    // Both gradients through the unfolded form: one matmul each, at any stride.
    const [filters, ...kernel] = weight!.shape.map((length) => fixed("conv2d", length));
    const windows = unfold(x!, [kernel[1]!, kernel[2]!], geometry);
    const rows = g.transpose([0, 2, 3, 1]).reshape([-1, filters!]);
    const flat = weight!.reshape([filters!, -1]);
    const weightGradient = rows.matmul(windows.flatten2d(), { transposeLeft: true }).reshape(weight!.shape);
    const windowGradient = rows.matmul(flat).reshape(windows.shape);
    return [fold(windowGradient, x!, [kernel[1]!, kernel[2]!], geometry), weightGradient];
  },
});

/** The positions of one axis that each window reads, window by window, in the padded input. */
function windowIndices(length: number, kernel: number, stride: number, padding: number): number[][] {
  return Array.from({ length: outputLength(length, kernel, stride, padding) }, (_, window) =>
    Array.from({ length: kernel }, (__, offset) => window * stride + offset),
  );
}

/** Windows of an image: [batch, channels, height, width] to [batch, rows, columns, channels * kernel area]. */
export function unfold(
  x: Tensor,
  kernel: readonly [number, number],
  options: ConvolutionOptions = {},
): Tensor {
  const { strides, padding } = geometryOf(options);
  const [, channels, height, width] = x.shape.map((length, axis) =>
    axis === 0 ? 0 : fixed("unfold", length),
  );
  const down = windowIndices(height!, kernel[0], strides[0], padding[0]);
  const across = windowIndices(width!, kernel[1], strides[1], padding[1]);
  const padded = x.pad(2, padding[0], padding[0]).pad(3, padding[1], padding[1]);
  const windows = take(take(padded, 2, down.flat()), 3, across.flat());
  return windows
    .reshape([x.shape[0]!, channels!, down.length, kernel[0], across.length, kernel[1]])
    .transpose([0, 2, 4, 1, 3, 5])
    .reshape([x.shape[0]!, down.length, across.length, channels! * kernel[0] * kernel[1]]);
}

/** The transpose of unfold: adds every window back where it was read. */
function fold(windows: Tensor, like: Tensor, kernel: readonly [number, number], geometry: Geometry): Tensor {
  const { strides, padding } = geometry;
  const [, channels, height, width] = like.shape.map((length, axis) =>
    axis === 0 ? 0 : fixed("fold", length),
  );
  const [, rows, columns] = windows.shape.map((length, axis) => (axis === 0 ? 0 : fixed("fold", length)));
  const spread = windows
    .reshape([like.shape[0]!, rows!, columns!, channels!, kernel[0], kernel[1]])
    .transpose([0, 3, 1, 4, 2, 5])
    .reshape([like.shape[0]!, channels!, rows! * kernel[0], columns! * kernel[1]]);
  const down = windowIndices(height!, kernel[0], strides[0], padding[0]).flat();
  const across = windowIndices(width!, kernel[1], strides[1], padding[1]).flat();
  const tall = addAt(spread, 2, down, height! + 2 * padding[0]);
  const wide = addAt(tall, 3, across, width! + 2 * padding[1]);
  return wide.slice(2, padding[0], padding[0] + height!).slice(3, padding[1], padding[1] + width!);
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

function geometryOf(options: ConvolutionOptions): Geometry {
  return { strides: options.strides ?? [1, 1], padding: options.padding ?? [0, 0] };
}

/** Cross-correlation of [batch, channels, height, width] with [filters, channels, kernel height, kernel width]. */
export function conv2d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  // ONNX Runtime's CPU provider has no float64 kernel for Conv.
  return x.dtype === "float64"
    ? conv2dUnfolded(x, weight, options)
    : convolutionOp([x, weight], geometryOf(options));
}

/** The same product written as unfold and matmul; the reference for the op, and its float64 form. */
export function conv2dUnfolded(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  const kernel = [fixed("conv2d", weight.shape[2]), fixed("conv2d", weight.shape[3])] as const;
  const windows = unfold(x, kernel, options);
  return windows
    .matmul(weight.reshape([weight.shape[0]!, -1]), { transposeRight: true })
    .transpose([0, 3, 1, 2]);
}

/** Cross-correlation of [batch, channels, length] with [filters, channels, kernel]. */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  options: { stride?: number; padding?: number } = {},
): Tensor {
  return conv2d(x.unsqueeze(2), weight.unsqueeze(2), {
    strides: [1, options.stride ?? 1],
    padding: [0, options.padding ?? 0],
  }).squeeze(2);
}

/** Largest value of each window; padding never wins. */
export function maxPool2d(
  x: Tensor,
  kernel: readonly [number, number],
  options: ConvolutionOptions = {},
): Tensor {
  return pooled(x, kernel, options, Number.NEGATIVE_INFINITY).max(-1);
}

/** Mean of each window, padding counted as zeros. */
export function averagePool2d(
  x: Tensor,
  kernel: readonly [number, number],
  options: ConvolutionOptions = {},
): Tensor {
  return pooled(x, kernel, options, 0).mean(-1);
}

/** Windows per channel: [batch, channels, rows, columns, kernel area]. */
function pooled(
  x: Tensor,
  kernel: readonly [number, number],
  options: ConvolutionOptions,
  fill: number,
): Tensor {
  const { strides, padding } = geometryOf(options);
  const padded = x.pad(2, padding[0], padding[0], fill).pad(3, padding[1], padding[1], fill);
  const channels = fixed("pool", x.shape[1]);
  const windows = unfold(padded, kernel, { strides });
  const [batch, rows, columns] = windows.shape;
  return windows
    .reshape([batch!, rows!, columns!, channels, kernel[0] * kernel[1]])
    .transpose([0, 3, 1, 2, 4]);
}
