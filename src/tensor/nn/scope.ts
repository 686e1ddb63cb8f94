import { HeedError } from "../../core/errors.js";
import type { Dimension } from "../shape.js";
import { input, type Tensor } from "../tensor.js";

/** How a parameter starts; drawn from the stream (seed, parameter name). */
export type Initializer =
  | { kind: "constant"; value: number }
  | { kind: "normal"; deviation: number }
  /** Glorot & Bengio 2010: deviation sqrt(2 / (fan in + fan out)). */
  | { kind: "xavierNormal" }
  | { kind: "uniform"; bound: number };

export const zeros: Initializer = { kind: "constant", value: 0 };
export const ones: Initializer = { kind: "constant", value: 1 };
export const xavierNormal: Initializer = { kind: "xavierNormal" };

/** A learned array. `embedding` parameters take the embedding penalty, the others the network's. */
export interface Parameter {
  name: string;
  shape: readonly number[];
  initializer: Initializer;
  group: "network" | "embedding";
  tensor: Tensor;
}

/** An embedding table kept outside the graph: the batch's rows are fed in, their gradients come out. */
export interface SparseTable {
  name: string;
  rows: number;
  dim: number;
  initializer: Initializer;
  /** The batch column of row ids, [batch, ...], whose rows are fed. */
  ids: string;
  /** The fed rows, [...ids, dim]. */
  tensor: Tensor;
}

/** A value that training updates without gradients (running statistics of batch norm). */
export interface State {
  name: string;
  shape: readonly number[];
  initializer: Initializer;
  tensor: Tensor;
  /** The next value, present in a training graph. */
  update?: Tensor;
}

export type EmbeddingMode = "exact" | "lazy";

/** What a graph under construction has declared so far. */
export interface Declarations {
  training: boolean;
  dtype: "float32" | "float64";
  seed: number;
  embeddings: EmbeddingMode;
  parameters: Parameter[];
  tables: SparseTable[];
  states: State[];
  /** Fed with one random odd number per row of the batch; present once a dropout was written. */
  dropoutRows?: Tensor;
  dropouts: number;
}

/** A named place in the graph where layers declare their parameters. */
export interface Scope {
  readonly path: string;
  readonly declared: Declarations;
  readonly taken: Set<string>;
}

export function rootScope(options: {
  training: boolean;
  seed: number;
  embeddings: EmbeddingMode;
  dtype?: "float32" | "float64";
}): Scope {
  const declared: Declarations = {
    dtype: "float32",
    ...options,
    parameters: [],
    tables: [],
    states: [],
    dropouts: 0,
  };
  return { path: "", declared, taken: new Set() };
}

/** A scope inside this one. A repeated name is numbered: linear, linear2, linear3. */
export function childScope(scope: Scope, name: string): Scope {
  let unique = name;
  for (let n = 2; scope.taken.has(unique); n++) unique = `${name}${n}`;
  scope.taken.add(unique);
  return { path: `${scope.path}${unique}/`, declared: scope.declared, taken: new Set() };
}

function claim(scope: Scope, name: string): string {
  if (scope.taken.has(name)) {
    throw new HeedError(
      "graph",
      `"${scope.path}${name}" is declared twice`,
      "give the second one another name",
    );
  }
  scope.taken.add(name);
  return scope.path + name;
}

/** Declares a learned array and returns it as a tensor. */
export function parameter(
  scope: Scope,
  name: string,
  shape: readonly number[],
  initializer: Initializer,
  group: Parameter["group"] = "network",
): Tensor {
  const full = claim(scope, name);
  const tensor = input(full, scope.declared.dtype, shape);
  scope.declared.parameters.push({ name: full, shape, initializer, group, tensor });
  return tensor;
}

/** Declares a table kept outside the graph and returns the rows fed for one batch. */
export function sparseTable(
  scope: Scope,
  name: string,
  ids: { name: string; shape: readonly Dimension[] },
  rows: number,
  dim: number,
  initializer: Initializer,
): Tensor {
  const full = claim(scope, name);
  const tensor = input(full, scope.declared.dtype, [...ids.shape, dim]);
  scope.declared.tables.push({ name: full, rows, dim, initializer, ids: ids.name, tensor });
  return tensor;
}

/** Declares a value updated by training without gradients. */
export function state(scope: Scope, name: string, shape: readonly number[], initializer: Initializer): State {
  const full = claim(scope, name);
  const declared: State = {
    name: full,
    shape,
    initializer,
    tensor: input(full, scope.declared.dtype, shape),
  };
  scope.declared.states.push(declared);
  return declared;
}
