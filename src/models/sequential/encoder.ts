import type { Layers, Tensor } from "../../tensor/index.js";

/** A history as the encoders read it. */
export interface EmbeddedHistory {
  /** [batch, length, dim]; zero where there is padding. */
  x: Tensor;
  /** [rows, dim]: the item vectors, which score the output too. */
  table: Tensor;
  /** [batch, length] booleans: true where there is no item. */
  padding: Tensor;
}

/** Item vectors times sqrt(dim) plus position vectors, with dropout, as SASRec reads a history. */
export function embedHistory(
  nn: Layers,
  history: Tensor,
  o: { rows: number; length: number; dim: number; dropout: number },
): EmbeddedHistory {
  const table = nn.parameter("items", [o.rows, o.dim], { kind: "normal", deviation: 0.02 }, "embedding");
  const padding = history.equal(0);
  const x = table.gather(history).mul(Math.sqrt(o.dim)).add(nn.positions(o.length, o.dim));
  return { x: nn.dropout(padding.unsqueeze(2).where(0, x), o.dropout), table, padding };
}

/** One pre-norm transformer block: causal self-attention, then a position-wise network, both residual. */
function preNormBlock(nn: Layers, x: Tensor, padding: Tensor, o: { heads: number; dropout: number }): Tensor {
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

/** SASRec's encoder: `blocks` causal blocks and a last layer norm, [batch, length, dim]. */
export function causalEncoder(
  nn: Layers,
  { x, padding }: Pick<EmbeddedHistory, "x" | "padding">,
  o: { blocks: number; heads: number; dropout: number },
): Tensor {
  let y = x;
  for (let i = 0; i < o.blocks; i++) y = preNormBlock(nn.in(`block${i}`), y, padding, o);
  return nn.layerNorm(y);
}

/**
 * One post-norm transformer block (Vaswani et al. 2017) with a GELU network of `4 * dim`; attention sees both directions
 * unless `causal`.
 */
export function postNormBlock(
  nn: Layers,
  x: Tensor,
  padding: Tensor,
  o: { heads: number; dropout: number; causal?: boolean },
): Tensor {
  const attended = nn.attention(x, {
    heads: o.heads,
    causal: o.causal ?? false,
    padding,
    dropout: o.dropout,
  });
  const y = nn.layerNorm(x.add(nn.dropout(attended, o.dropout)));
  return feedForward(nn, y, o.dropout);
}

/** A GELU network of `4 * dim`, dropout, the residual, then a layer norm. */
export function feedForward(nn: Layers, x: Tensor, dropout: number, epsilon?: number): Tensor {
  const dim = x.shape[2] as number;
  const inner = nn.linear(nn.linear(x, 4 * dim).gelu(), dim);
  return nn.layerNorm(x.add(nn.dropout(inner, dropout)), epsilon);
}
