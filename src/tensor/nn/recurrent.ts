import { concat, stack } from "../ops/index.js";
import { checkCount, fixed, formatShape, sameShape, shapeError } from "../shape.js";
import { constant, type Tensor } from "../tensor.js";
import { childScope, type Initializer, parameter, type Scope } from "./scope.js";

export interface RecurrentOptions {
  /** Read the sequence from its end to its beginning; outputs stay in the order of the input. */
  reverse?: boolean;
  /** [batch, length] booleans: true where the step is padding and the state passes unchanged. */
  padding?: Tensor;
}

/** One step: the projected input, the hidden state and (for an LSTM) the cell state to their next values. */
type Step = (input: Tensor, hidden: Tensor, memory: Tensor) => { hidden: Tensor; memory: Tensor };

/** Splits gates that lie side by side on the last axis. */
function split(x: Tensor, parts: number): Tensor[] {
  const width = fixed("split", x.shape.at(-1)) / parts;
  return Array.from({ length: parts }, (_, part) => x.slice(-1, part * width, (part + 1) * width));
}

/** Unrolls a step over projected inputs [batch, length, gates] and returns every hidden state, [batch, length, size]. */
function unroll(inputs: Tensor, size: number, options: RecurrentOptions, step: Step): Tensor {
  const length = fixed("recurrent", inputs.shape[1]);
  let hidden = constant(inputs.dtype, [], [0]).expand([inputs.shape[0]!, size]);
  let memory = hidden;
  const outputs: Tensor[] = new Array(length);
  for (let i = 0; i < length; i++) {
    const t = options.reverse ? length - 1 - i : i;
    const next = step(inputs.at(1, t), hidden, memory);
    const skip = options.padding?.slice(1, t, t + 1);
    hidden = skip ? skip.where(hidden, next.hidden) : next.hidden;
    memory = skip ? skip.where(memory, next.memory) : next.memory;
    outputs[t] = hidden;
  }
  return stack(outputs, 1);
}

function weights(scope: Scope, name: string, x: Tensor, size: number, gates: number, padding?: Tensor) {
  if (x.rank !== 3) throw shapeError(name, `input ${formatShape(x.shape)}`, "input is [batch, length, dim]");
  if (padding && !(padding.dtype === "bool" && sameShape(padding.shape, x.shape.slice(0, 2)))) {
    const wanted = `bool${formatShape(x.shape.slice(0, 2))}`;
    throw shapeError(name, `padding ${padding.dtype}${formatShape(padding.shape)}`, `padding is ${wanted}`);
  }
  const inputs = fixed(name, x.shape[2]);
  checkCount(name, "size", size);
  const inner = childScope(scope, name);
  const initializer: Initializer = { kind: "uniform", bound: 1 / Math.sqrt(size) };
  return {
    inputWeight: parameter(inner, "inputWeight", [inputs, gates * size], initializer),
    hiddenWeight: parameter(inner, "hiddenWeight", [size, gates * size], initializer),
    inputBias: parameter(inner, "inputBias", [gates * size], initializer),
    hiddenBias: parameter(inner, "hiddenBias", [gates * size], initializer),
  };
}

/** Gated recurrent unit (Cho et al. 2014, in cuDNN's form; gates side by side: reset, update, candidate). */
export function gru(scope: Scope, x: Tensor, size: number, options: RecurrentOptions = {}): Tensor {
  const w = weights(scope, "gru", x, size, 3, options.padding);
  const projected = x.matmul(w.inputWeight).add(w.inputBias);
  return unroll(projected, size, options, (input, hidden, memory) => {
    const [inputReset, inputUpdate, inputCandidate] = split(input, 3);
    const [reset, update, candidate] = split(hidden.matmul(w.hiddenWeight).add(w.hiddenBias), 3);
    const r = inputReset!.add(reset!).sigmoid();
    const z = inputUpdate!.add(update!).sigmoid();
    const n = inputCandidate!.add(r.mul(candidate!)).tanh();
    return { hidden: n.add(z.mul(hidden.sub(n))), memory };
  });
}

/** Long short-term memory (Hochreiter & Schmidhuber 1997; gates side by side: input, forget, cell, output). */
export function lstm(scope: Scope, x: Tensor, size: number, options: RecurrentOptions = {}): Tensor {
  const w = weights(scope, "lstm", x, size, 4, options.padding);
  const projected = x.matmul(w.inputWeight).add(w.inputBias);
  return unroll(projected, size, options, (input, hidden, memory) => {
    const [i, f, g, o] = split(input.add(hidden.matmul(w.hiddenWeight)).add(w.hiddenBias), 4);
    const next = f!.sigmoid().mul(memory).add(i!.sigmoid().mul(g!.tanh()));
    return { hidden: o!.sigmoid().mul(next.tanh()), memory: next };
  });
}

/** A forward and a backward LSTM side by side: [batch, length, 2 * size]. */
export function bidirectionalLstm(
  scope: Scope,
  x: Tensor,
  size: number,
  options: Pick<RecurrentOptions, "padding"> = {},
): Tensor {
  const inner = childScope(scope, "bidirectional");
  return concat([lstm(inner, x, size, options), lstm(inner, x, size, { ...options, reverse: true })], -1);
}
