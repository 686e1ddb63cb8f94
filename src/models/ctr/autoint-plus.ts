import { defineModel } from "../model.js";
import { interactingLayers } from "./field-attention.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** AutoInt+ (Song et al. 2019, arXiv:1810.11921): AutoInt and an MLP over shared embeddings, trained jointly. */
export const autoIntPlus = defineModel({
  name: "autoint-plus",
  task: ctr,
  options: {
    dim: 10,
    layers: 3,
    width: 64,
    heads: 2,
    scale: false,
    residual: true,
    layerNorm: false,
    hidden: [400, 400, 400],
    batchNorm: false,
    dropout: 0,
    wide: false,
    explain: false,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const { output, attention } = interactingLayers(nn, e, o);
    const attended = nn.linear(output.flatten(1), 1);
    const deep = nn.mlp(e.flatten(1), [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    const both = attended.add(deep).squeeze(1);
    const logit = o.wide ? both.add(firstOrder(nn, fields)) : both;
    return o.explain ? { logit, outputs: { attention: attention() } } : { logit };
  },
});
