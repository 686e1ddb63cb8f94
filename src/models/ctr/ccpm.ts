import { HeedError } from "../../core/errors.js";
import type { Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { convolve } from "./short-convolution.js";
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
