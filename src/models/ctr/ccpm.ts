import { HeedError } from "../../core/errors.js";
import { conv2d, type Tensor } from "../../tensor/index.js";
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
 * Convolutional click prediction model (Liu et al. 2015): convolutions over neighbouring fields, each followed by k-max
 * pooling and tanh. Fields lie on the last axis, so that nothing mixes over the embedding's width before it.
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
    let maps = nn.embed(fields, o.dim).transpose().unsqueeze(1);
    o.channels.forEach((channels, i) => {
      const kernel = o.kernels[i]!;
      const scope = nn.in("convolution");
      const seen = Number(maps.shape[1]);
      const weight = scope.parameter("weight", [channels, seen, 1, kernel], {
        kind: "normal",
        deviation: Math.sqrt(2 / ((seen + channels) * kernel)),
      });
      const bias = scope.parameter("bias", [channels, 1, 1], { kind: "constant", value: 0 });
      const convolved = conv2d(maps, weight, { padding: [0, kernel - 1] }).add(bias);
      const kept = keptOf(i + 1, layers, fields.names.length);
      maps = kMax(convolved, Math.min(kept, Number(convolved.shape[3]))).tanh();
    });
    return { logit: nn.linear(maps.flatten(1), 1).squeeze(1) };
  },
});
