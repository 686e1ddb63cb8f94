import { HeedError } from "../../core/errors.js";
import { concat, constant, type Layers, type Tensor } from "../../tensor/index.js";

/**
 * A convolution along the last axis, padded by kernel - 1 zeros on each side: [batch, dim, channels, length] to
 * [batch, dim, more channels, length + kernel - 1]. Lengths are short: the filters are laid out as one banded matrix.
 */
export function convolve(nn: Layers, maps: Tensor, channels: number, kernel: number): Tensor {
  const [batch, dim] = maps.shape;
  const [seen, length] = [Number(maps.shape[2]), Number(maps.shape[3])];
  checkWhole("channels", channels);
  checkWhole("kernels", kernel);
  const scope = nn.in("convolution");
  const deviation = Math.sqrt(2 / ((seen + channels) * kernel));
  const weight = scope.parameter("weight", [channels, seen, kernel], { kind: "normal", deviation });
  const bias = scope.parameter("bias", [channels, 1], { kind: "constant", value: 0 });
  const wide = length + kernel - 1;
  const outside = channels * seen * kernel;
  const places = Int32Array.from({ length: seen * length * channels * wide }, (_, i) => {
    const [to, row] = [i % wide, Math.floor(i / wide)];
    const [output, column] = [row % channels, Math.floor(row / channels)];
    const [from, channel] = [column % length, Math.floor(column / length)];
    const offset = from - to + kernel - 1;
    return offset >= 0 && offset < kernel ? (output * seen + channel) * kernel + offset : outside;
  });
  const banded = concat([weight.flatten(), constant(weight.dtype, [1], [0])], 0).gather(
    constant("int32", [seen * length, channels * wide], places),
  );
  return maps
    .reshape([batch!, dim!, seen * length])
    .matmul(banded)
    .reshape([batch!, dim!, channels, wide])
    .add(bias);
}

function checkWhole(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new HeedError("option", `option "${option}" holds ${value}`, "give whole numbers from 1");
}
