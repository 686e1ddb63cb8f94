import { HeedError } from "../../core/errors.js";
import type { Fields, Layers, Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/**
 * FinalMLP (Mao et al. 2023, arXiv:2304.00902): two MLPs over the embeddings, each gated by its own context, and joined by a
 * bilinear product over heads.
 */
export const finalMLP = defineModel({
  name: "finalmlp",
  task: ctr,
  options: {
    dim: 10,
    hidden: [400],
    dropout: 0,
    secondHidden: [400],
    secondDropout: 0,
    batchNorm: false,
    /** Hidden layers of the gates. */
    gateHidden: [400],
    /** Names of the fields that gate each stream; a learned vector does when there is none. */
    context: [] as string[],
    secondContext: [] as string[],
    heads: 1,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim).flatten(1);
    const stream = (context: readonly string[], hidden: readonly number[], dropout: number) => {
      const inner = nn.in("stream");
      const gated = contextGate(inner.in("gate"), fields, e, context, o).mul(e);
      return inner.mlp(gated, hidden, { dropout, batchNorm: o.batchNorm, activateLast: true });
    };
    const first = stream(o.context, o.hidden, o.dropout);
    const second = stream(o.secondContext, o.secondHidden, o.secondDropout);
    return { logit: bilinearFusion(nn.in("fusion"), first, second, o.heads) };
  },
});

/** 2 sigmoid(MLP(context)), one factor for each number of `e`, from tables of its own. */
function contextGate(
  nn: Layers,
  fields: Fields,
  e: Tensor,
  names: readonly string[],
  { dim, gateHidden }: { dim: number; gateHidden: readonly number[] },
): Tensor {
  const context =
    names.length > 0
      ? nn.embedSome(fields, names, dim).flatten(1)
      : nn.parameter("context", [1, dim], { kind: "constant", value: 0 });
  return nn
    .mlp(context, [...gateHidden, Number(e.shape[1])])
    .sigmoid()
    .mul(2);
}

/** b + w1 x + w2 y + sum over heads of x_h W_h y_h: [batch, n] and [batch, m] to [batch]. */
export function bilinearFusion(nn: Layers, x: Tensor, y: Tensor, heads: number): Tensor {
  const [width, height] = [Number(x.shape[1]) / heads, Number(y.shape[1]) / heads];
  if (!Number.isInteger(width) || !Number.isInteger(height)) {
    const widths = `${x.shape[1]} and ${y.shape[1]}`;
    throw new HeedError("option", `${heads} heads for widths ${widths}`, "heads must divide both widths");
  }
  const weight = nn.parameter("heads", [heads, width, height], {
    kind: "normal",
    deviation: Math.sqrt(2 / (heads * width * height + 1)),
  });
  const byHead = (z: Tensor, size: number) => z.reshape([z.shape[0]!, heads, size]).transpose([1, 0, 2]);
  const products = byHead(x, width).matmul(weight).mul(byHead(y, height)).sum([0, 2]);
  return nn.linear(x, 1).add(nn.linear(y, 1)).squeeze(1).add(products);
}
