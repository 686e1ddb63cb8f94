import { defineModel } from "../model.js";
import { compressedInteractions } from "./compressed-interactions.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** xDeepFM without its MLP (Lian et al. 2018, arXiv:1803.05170): the compressed interaction network and a linear model. */
export const cin = defineModel({
  name: "cin",
  task: ctr,
  options: { dim: 10, maps: [64, 64, 64] },
  build({ fields, nn }, o) {
    const crossed = nn.linear(compressedInteractions(nn, nn.embed(fields, o.dim), o.maps), 1);
    return { logit: firstOrder(nn, fields).add(crossed.squeeze(1)) };
  },
});
