import { defineModel } from "../model.js";
import { matrixCrossNetwork } from "./cross-network.js";
import { ctr } from "./task.js";

/** The cross network of DCN-V2 alone (Wang et al. 2021, arXiv:2008.13535): each layer mixes by a full matrix. */
export const crossNetV2 = defineModel({
  name: "crossnet-v2",
  task: ctr,
  options: { dim: 10, crossLayers: 4 },
  build({ fields, nn }, o) {
    const x0 = nn.embed(fields, o.dim).flatten(1);
    return { logit: nn.linear(matrixCrossNetwork(nn, x0, o.crossLayers), 1).squeeze(1) };
  },
});
