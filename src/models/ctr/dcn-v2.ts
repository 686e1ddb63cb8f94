import { concat } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { matrixCrossNetwork } from "./cross-network.js";
import { ctr } from "./task.js";

/**
 * DCN-V2 (Wang et al. 2021, arXiv:2008.13535), parallel structure: full-matrix cross layers beside an MLP. Without hidden
 * layers it is the cross network alone.
 */
export const dcnV2 = defineModel({
  name: "dcn-v2",
  task: ctr,
  options: { dim: 10, crossLayers: 4, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const x0 = nn.embed(fields, o.dim).flatten(1);
    const cross = matrixCrossNetwork(nn, x0, o.crossLayers);
    const deep = { dropout: o.dropout, batchNorm: o.batchNorm, activateLast: true };
    const joined = o.hidden.length === 0 ? cross : concat([cross, nn.mlp(x0, o.hidden, deep)], 1);
    return { logit: nn.linear(joined, 1).squeeze(1) };
  },
});
