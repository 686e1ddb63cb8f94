import { concat, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { crossLayer } from "./cross-network.js";
import { ctr } from "./task.js";

/**
 * EDCN (Chen et al. 2021): a cross and a dense branch that meet after every layer, their product being what gates split
 * between the two for the next.
 */
export const edcn = defineModel({
  name: "edcn",
  task: ctr,
  options: {
    dim: 10,
    crossLayers: 3,
    /** Whether each branch weighs the fields by a softmax of its own; at a higher temperature the weights are more even. */
    regulation: true,
    temperature: 1,
    dropout: 0,
    /** Batch norm of what enters each branch: without it products of small embeddings vanish layer by layer. */
    batchNorm: true,
  },
  build({ fields, nn }, o) {
    const count = fields.names.length;
    const enter = (x: Tensor) => {
      const gated = o.regulation ? weighFields(nn.in("gate"), x, count, o.temperature) : x;
      return o.batchNorm ? nn.batchNorm(gated) : gated;
    };
    const flat = nn.embed(fields, o.dim).flatten(1);
    const x0 = enter(flat);
    let [cross, deep] = [x0, enter(flat)];
    let bridge = flat;
    for (let layer = 0; layer < o.crossLayers; layer++) {
      if (layer > 0) [cross, deep] = [enter(bridge), enter(bridge)];
      cross = crossLayer(nn.in("cross"), x0, cross);
      deep = nn.dropout(nn.linear(deep, count * o.dim).relu(), o.dropout);
      bridge = cross.mul(deep);
    }
    return { logit: nn.linear(concat([cross, deep, bridge], 1), 1).squeeze(1) };
  },
});

/** Each field times its share, softmax(g / temperature): [batch, field * dim] to the same. */
function weighFields(nn: Layers, x: Tensor, count: number, temperature: number): Tensor {
  const gate = nn.parameter("fields", [count], { kind: "constant", value: 1 });
  const shares = gate.div(temperature).softmax(0).unsqueeze(1);
  return x.reshape([x.shape[0]!, count, -1]).mul(shares).reshape(x.shape);
}
