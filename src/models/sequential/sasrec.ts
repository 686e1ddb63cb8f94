import type { Layers, Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { sequence } from "./task.js";

/** One pre-norm transformer block: causal self-attention, then a position-wise network, both residual. */
function block(nn: Layers, x: Tensor, padding: Tensor, o: { heads: number; dropout: number }): Tensor {
  const attended = nn.attention(nn.layerNorm(x), {
    heads: o.heads,
    causal: true,
    padding,
    dropout: o.dropout,
  });
  const y = x.add(nn.dropout(attended, o.dropout));
  const inner = nn.dropout(nn.linear(nn.layerNorm(y), x.shape[2] as number).relu(), o.dropout);
  return y.add(nn.dropout(nn.linear(inner, x.shape[2] as number), o.dropout));
}

/** SASRec (Kang & McAuley 2018, arXiv:1808.09781) with pre-norm blocks and cross-entropy over all items. */
export const sasRec = defineModel({
  name: "sasrec",
  task: sequence,
  options: { dim: 64, blocks: 2, heads: 1, dropout: 0.1 },
  build({ history, rows, length, nn }, o) {
    const table = nn.parameter("items", [rows, o.dim], { kind: "normal", deviation: 0.02 }, "embedding");
    const padding = history.equal(0);
    let x = table.gather(history).mul(Math.sqrt(o.dim)).add(nn.positions(length, o.dim));
    x = nn.dropout(padding.unsqueeze(2).where(0, x), o.dropout);
    for (let i = 0; i < o.blocks; i++) x = block(nn.in(`block${i}`), x, padding, o);
    return { hidden: nn.layerNorm(x), table };
  },
});
