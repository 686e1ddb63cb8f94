import type { Layers, Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/** Deep Crossing (Shan et al. 2016): residual units, one for each width of `hidden`, over the stacked embeddings. */
export const deepCrossing = defineModel({
  name: "deep-crossing",
  task: ctr,
  options: { dim: 10, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const stacked = nn.embed(fields, o.dim).flatten(1);
    const x = o.hidden.reduce((x, width) => residualUnit(nn.in("residual"), x, width, o), stacked);
    return { logit: nn.linear(x, 1).squeeze(1) };
  },
});

/** ReLU(x + W2 ReLU(W1 x + b1) + b2), then dropout: [batch, n] to the same. */
function residualUnit(
  nn: Layers,
  x: Tensor,
  width: number,
  options: { dropout: number; batchNorm: boolean },
): Tensor {
  const sum = nn.linear(nn.linear(x, width).relu(), Number(x.shape[1])).add(x);
  return nn.dropout((options.batchNorm ? nn.batchNorm(sum) : sum).relu(), options.dropout);
}
