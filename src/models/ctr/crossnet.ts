import { defineModel } from "../model.js";
import { crossNetwork } from "./cross-network.js";
import { ctr } from "./task.js";

/** The cross network of DCN alone (Wang et al. 2017, arXiv:1708.05123): each layer raises the degree of the products by one. */
export const crossNet = defineModel({
  name: "crossnet",
  task: ctr,
  options: { dim: 10, crossLayers: 3 },
  build({ fields, nn }, o) {
    const x0 = nn.embed(fields, o.dim).flatten(1);
    return { logit: nn.linear(crossNetwork(nn, x0, o.crossLayers), 1).squeeze(1) };
  },
});
