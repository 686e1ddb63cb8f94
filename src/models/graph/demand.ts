import { concat, constant, type Layers, type Tensor } from "../../tensor/index.js";

/** A layer whose weights are declared once and applied as often as is wished. */
type Applied = (x: Tensor) => Tensor;

/** y = x W + b, W drawn as Glorot & Bengio 2010 say. */
export function sharedLinear(nn: Layers, name: string, from: number, to: number): Applied {
  const inner = nn.in(name);
  const weight = inner.parameter("weight", [from, to], { kind: "xavierNormal" });
  const bias = inner.parameter("bias", [to], { kind: "constant", value: 0 });
  return (x) => x.matmul(weight).add(bias);
}

/** Linear layers of the given sizes, an activation after each: the last one's may be another. */
export function sharedMlp(
  nn: Layers,
  name: string,
  sizes: readonly number[],
  activate: (x: Tensor, isLast: boolean) => Tensor,
): Applied {
  const layers = sizes
    .slice(1)
    .map((size, layer) => sharedLinear(nn, `${name}.${layer}`, sizes[layer]!, size));
  return (x) => layers.reduce((h, layer, i) => activate(layer(h), i === layers.length - 1), x);
}

/**
 * Words weighted by their scores: softmax over the words of a row, padding left out (its share is given to the others, the sum
 * floored at 1e-5), and the weighted sum of their vectors. Scores [rows, words], vectors [rows, words, dim]; `present`
 * [rows, words] is 1 for a word and 0 for padding, and without it every place counts. A row of padding alone gives zeros.
 */
export function attendWords(scores: Tensor, vectors: Tensor, present?: Tensor): Tensor {
  const shares = scores.softmax(1);
  const kept = present ? shares.mul(present) : shares;
  const weights = present ? kept.div(kept.sum(1, true).maximum(1e-5)) : kept;
  return weights.unsqueeze(1).matmul(vectors).squeeze(1);
}

/** What the generator reads of some (user, item) pairs. */
export interface DemandRows {
  /** [rows, dim], as training started from. */
  user: Tensor;
  item: Tensor;
  /** Vectors of the words, [rows, words, dim]. */
  userWords: Tensor;
  itemWords: Tensor;
  /** [rows, words], 1 for a word and 0 for padding; absent where padding is a word like others. */
  itemWordsPresent?: Tensor;
}

/**
 * Guesses what somebody wants who does not say it: attention over an item's words by a key made from the user and theirs, then
 * a network over the user, the item, the user's words and what attention found. Weights are declared once.
 */
export function demandGenerator(
  nn: Layers,
  { dim, userWords }: { dim: number; userWords: number },
): (rows: DemandRows) => Tensor {
  const key = sharedLinear(nn, "key", (1 + userWords) * dim, dim);
  const attended = sharedLinear(nn, "attention", dim, dim);
  const guess = sharedMlp(nn, "guess", [4 * dim, 2 * dim, 2 * dim, dim], (x, isLast) =>
    isLast ? x : x.tanh(),
  );
  return ({ user, item, userWords: own, itemWords, itemWordsPresent }) => {
    const keys = key(concat([user, own.reshape([own.shape[0]!, userWords * dim])], 1));
    const scores = attended(itemWords).matmul(keys.unsqueeze(2)).squeeze(2);
    const content = attendWords(scores, itemWords, itemWordsPresent);
    return guess(concat([user, item, own.sum(1), content], 1));
  };
}

/** The word table with padding, row 0, held at zeros. */
export function withoutPadding(words: Tensor): Tensor {
  const rows = words.shape[0] as number;
  const mask = constant(
    words.dtype,
    [rows, 1],
    Array.from({ length: rows }, (_, id) => Number(id > 0)),
  );
  return words.mul(mask);
}
