import { HeedError } from "../../core/errors.js";
import { concat, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/**
 * MaskNet (Wang et al. 2021, arXiv:2102.07619): blocks multiply what they read by a mask that they work out from the raw
 * embeddings. Parallel blocks feed an MLP; serial ones, one for each width of `hidden`, take its place.
 */
export const maskNet = defineModel({
  name: "masknet",
  task: ctr,
  options: {
    dim: 10,
    /** "parallel" or "serial". */
    structure: "parallel",
    blocks: 3,
    blockWidth: 64,
    /** How many times wider than what it masks a mask's hidden layer is. */
    reduction: 2,
    hidden: [400, 400, 400],
    dropout: 0,
    /** Layer norm of each field's embedding before it is masked. */
    embeddingNorm: false,
    /** Layer norm within the blocks. */
    layerNorm: true,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const raw = e.flatten(1);
    const start = o.embeddingNorm ? fieldNorm(nn.in("fieldNorm"), e).flatten(1) : raw;
    const block = (x: Tensor, width: number) => maskBlock(nn.in("block"), raw, x, width, o);
    if (o.structure === "serial") return { logit: nn.linear(o.hidden.reduce(block, start), 1).squeeze(1) };
    if (o.structure !== "parallel") {
      throw new HeedError("option", `structure "${o.structure}"`, "use parallel or serial");
    }
    const blocks = Array.from({ length: o.blocks }, () => block(start, o.blockWidth));
    return { logit: nn.mlp(concat(blocks, 1), [...o.hidden, 1], { dropout: o.dropout }).squeeze(1) };
  },
});

/** Dropout(ReLU(LayerNorm(W (mask * x)))), the mask from `raw`: x [batch, n] to [batch, width]. */
function maskBlock(
  nn: Layers,
  raw: Tensor,
  x: Tensor,
  width: number,
  options: { reduction: number; dropout: number; layerNorm: boolean },
): Tensor {
  const masked = Number(x.shape[1]);
  const mask = nn.in("mask").mlp(raw, [Math.floor(options.reduction * masked), masked]);
  const y = nn.linear(mask.mul(x), width, { bias: false });
  return nn.dropout((options.layerNorm ? nn.layerNorm(y) : y).relu(), options.dropout);
}

/** Layer norm of each field with a scale and bias of its own: [batch, field, dim] to the same. */
function fieldNorm(nn: Layers, e: Tensor): Tensor {
  const shape = e.shape.slice(1).map(Number);
  const scale = nn.parameter("scale", shape, { kind: "constant", value: 1 });
  return e
    .standardize(-1)
    .mul(scale)
    .add(nn.parameter("bias", shape, { kind: "constant", value: 0 }));
}
