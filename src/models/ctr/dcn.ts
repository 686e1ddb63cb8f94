import { concat } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { crossNetwork } from "./cross-network.js";
import { ctr } from "./task.js";

/** Deep & Cross Network (Wang et al. 2017, arXiv:1708.05123): vector cross layers beside an MLP, joined by one linear map. */
export const dcn = defineModel({
  name: "dcn",
  task: ctr,
  options: { dim: 10, crossLayers: 3, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const x0 = nn.embed(fields, o.dim).flatten(1);
    const cross = crossNetwork(nn, x0, o.crossLayers);
    const deep = nn.mlp(x0, o.hidden, {
      dropout: o.dropout,
      batchNorm: o.batchNorm,
      activateLast: true,
    });
    return { logit: nn.linear(concat([cross, deep], 1), 1).squeeze(1) };
  },
});
