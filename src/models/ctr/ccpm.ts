import { HeedError } from "../../core/errors.js";
import { concat, constant, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/** The `k` largest values along the last axis in the order they stood; gradients flow to them alone. */
export function kMax(x: Tensor, k: number): Tensor {
  const inOrder = x.topKIndices(k).neg().topK(k).neg();
  return x.gatherElements(inOrder);
}

/** How many values layer `layer` of `layers`, counted from 1, keeps of `fields` fields (Liu et al. 2015, flexible p-max). */
export function keptOf(layer: number, layers: number, fields: number): number {
  return Math.max(3, Math.floor((1 - (layer / layers) ** (layers - layer)) * fields));
}

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

/**
 * Convolutional click prediction model (Liu et al. 2015): convolutions over neighbouring fields, each followed by k-max
 * pooling and tanh. Nothing mixes over the embedding's width before the last linear map.
 */
export const ccpm = defineModel({
  name: "ccpm",
  task: ctr,
  options: { dim: 10, channels: [4, 8, 8], kernels: [5, 3, 3] },
  build({ fields, nn }, o) {
    const layers = o.channels.length;
    if (layers === 0 || layers !== o.kernels.length) {
      throw new HeedError(
        "option",
        `option "channels" has ${layers} layers and "kernels" has ${o.kernels.length}`,
        "give one channel count and one kernel a layer",
      );
    }
    let maps = nn.embed(fields, o.dim).transpose().unsqueeze(2);
    o.channels.forEach((channels, i) => {
      const kernel = o.kernels[i]!;
      const convolved = convolve(nn, maps, channels, kernel);
      const kept = keptOf(i + 1, layers, fields.names.length);
      maps = kMax(convolved, Math.min(kept, Number(convolved.shape[3]))).tanh();
    });
    return { logit: nn.linear(maps.flatten(1), 1).squeeze(1) };
  },
});
