import { defineModel } from "../model.js";
import { interactingLayers } from "./field-attention.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/**
 * AutoInt (Song et al. 2019, arXiv:1810.11921): self-attention across fields, layer by layer. With `explain` inference
 * also returns the attention, [batch, layer, head, field, field]; no weight depends on it.
 */
export const autoInt = defineModel({
  name: "autoint",
  task: ctr,
  options: {
    dim: 10,
    layers: 3,
    width: 64,
    heads: 2,
    scale: false,
    residual: true,
    layerNorm: false,
    dropout: 0,
    wide: false,
    explain: false,
  },
  build({ fields, nn }, o) {
    const { output, attention } = interactingLayers(nn, nn.embed(fields, o.dim), o);
    const attended = nn.linear(output.flatten(1), 1).squeeze(1);
    const logit = o.wide ? attended.add(firstOrder(nn, fields)) : attended;
    return o.explain ? { logit, outputs: { attention: attention() } } : { logit };
  },
});
