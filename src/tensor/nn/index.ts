import { attention, layerNorm, positions } from "./attention.js";
import { batchNorm } from "./batch-norm.js";
import { dropout } from "./dropout.js";
import { embed, embedding, embedSome } from "./embedding.js";
import { linear, mlp } from "./linear.js";
import { bidirectionalLstm, gru, lstm } from "./recurrent.js";
import { childScope, parameter, type Scope } from "./scope.js";

type Layer = (scope: Scope, ...rest: never[]) => unknown;
type Bound<F extends Layer> = F extends (scope: Scope, ...rest: infer R) => infer T
  ? (...rest: R) => T
  : never;

const all = {
  attention,
  batchNorm,
  bidirectionalLstm,
  dropout,
  embed,
  embedding,
  embedSome,
  gru,
  layerNorm,
  linear,
  lstm,
  mlp,
  parameter,
  positions,
};

/** Every layer, bound to one scope: what a model's `build` calls `nn`. */
export type Layers = { [K in keyof typeof all]: Bound<(typeof all)[K]> } & {
  scope: Scope;
  /** The same layers inside a named scope. */
  in(name: string): Layers;
};

export function layers(scope: Scope): Layers {
  const bound = Object.fromEntries(
    Object.entries(all).map(([name, layer]) => [name, (layer as Layer).bind(null, scope)]),
  );
  return { ...bound, scope, in: (name: string) => layers(childScope(scope, name)) } as Layers;
}

export { contrast } from "./contrast.js";
export { dropoutRows, dropoutRowsName } from "./dropout.js";
export { type Fields, fieldPlaces } from "./embedding.js";
export type { Activation, MlpOptions } from "./linear.js";
export * from "./losses.js";
export {
  type Declarations,
  type EmbeddingMode,
  type Initializer,
  type Parameter,
  rootScope,
  type Scope,
  type SparseTable,
  type State,
} from "./scope.js";
