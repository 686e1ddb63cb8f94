import { HeedError } from "../core/errors.js";
import {
  compile,
  type Declarations,
  dropoutRows,
  dropoutRowsName,
  type EmbeddingMode,
  gradients,
  input,
  type Layers,
  layers,
  type OnnxGraph,
  type Program,
  type RuntimeOptions,
  rootScope,
  type Tensor,
  type TensorData,
  type Value,
  writeOnnx,
} from "../tensor/index.js";
import { type BatchRows, openBatchRows } from "./batch-rows.js";
import { initialize } from "./initialize.js";
import { optimizer as makeOptimizer, type Optimizer, type OptimizerOptions } from "./optimizer.js";
import { type KernelModule, loadKernels } from "./row-kernels.js";
import { createTable, type TableStore } from "./sparse-table.js";

/**
 * Anything that can be trained: a graph with a loss for training and named outputs for inference. `probes` are further
 * outputs of the inference graph that only training looks at; they are not exported.
 */
export interface Trainable {
  name: string;
  build(nn: Layers): {
    loss: Tensor;
    outputs: Readonly<Record<string, Tensor>>;
    probes?: Readonly<Record<string, Tensor>>;
  };
}

/** The columns of one batch by input name. */
export type Feeds = Readonly<Record<string, Value>>;

export interface TrainerOptions extends RuntimeOptions {
  seed: number;
  optimizer: OptimizerOptions;
  /**
   * exact: tables live in the graph; every row moves at every step, so L2 acts on the whole table through the
   * optimizer's state. lazy: tables stay outside; only rows of the batch move.
   */
  embeddings: EmbeddingMode;
  /** L2: (embedding / 2) * sum of squares over embedding tables, (network / 2) over the other parameters. */
  penalty?: { embedding?: number; network?: number };
  /** Clip the gradient to this global norm, sparse rows included. */
  clipNorm?: number;
}

/** Everything that training changes; plain arrays, saved by checkpoints. */
export interface TrainingState {
  step: number;
  parameters: Record<string, Float32Array>;
  slots: Record<string, Float32Array>;
  states: Record<string, Float32Array>;
  tables: Record<string, TableStore>;
}

export interface Trainer {
  declared: Declarations;
  state: TrainingState;
  /** One optimizer step; returns the batch's loss without penalties. */
  step(feeds: Feeds, rate: number): Promise<number>;
  /** Runs the inference graph with the current weights. Results are overwritten by the next call. */
  predict(feeds: Feeds): Promise<Record<string, Value>>;
  /**
   * Runs the model's probes with the current weights; an error where it has none. Results are overwritten by the next
   * call.
   */
  probe(feeds: Feeds): Promise<Record<string, Value>>;
  /** The inference graph with the current weights inside; the rows of lazy tables are its inputs, by table name. */
  exportOnnx(): OnnxGraph;
  /** Milliseconds spent inside ONNX Runtime by `step` so far, and in all of `step`. */
  timing: { runtime: number; total: number };
  release(): Promise<void>;
}

/** Compiles a model's training and inference graphs and initialises its weights from the seed. */
export async function createTrainer(model: Trainable, options: TrainerOptions): Promise<Trainer> {
  const rule = makeOptimizer(options.optimizer);
  const training = rootScope({ training: true, seed: options.seed, embeddings: options.embeddings });
  const { loss } = model.build(layers(training));
  const { declared } = training;
  const inferenceScope = rootScope({ training: false, seed: options.seed, embeddings: options.embeddings });
  const { outputs, probes } = model.build(layers(inferenceScope));
  const clipsOutside = options.clipNorm !== undefined && declared.tables.length > 0;
  const graph = trainingGraph(declared, loss, rule, options, clipsOutside);
  const program = await compile(graph.outputs, options);
  const updater = graph.update ? await compile(graph.update, options) : null;
  let inference: Program | null = null;
  let probing: Program | null = null;
  const kernels = declared.tables.length > 0 ? await loadKernels() : null;
  const state = initialState(declared, rule, options.seed, kernels);
  const spare = { ...copyShapes(state.parameters), ...copyShapes(state.slots), ...copyShapes(state.states) };
  const timing = { runtime: 0, total: 0 };
  // Apart, so that a prediction between two steps does not disturb what training holds.
  const trainingRows = kernels && openBatchRows(kernels, Object.values(state.tables));
  let inferenceRows: BatchRows | null = null;

  async function timed<T>(work: Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work;
    timing.runtime += performance.now() - start;
    return result;
  }

  function withState(batch: Feeds, rows: BatchRows | null): Record<string, Value> {
    const feeds: Record<string, Value> = { ...batch, ...rows?.gather(batch) };
    for (const { name, shape } of declared.parameters) feeds[name] = { data: state.parameters[name]!, shape };
    for (const { name, shape } of declared.states) feeds[name] = { data: state.states[name]!, shape };
    return feeds;
  }

  /** Moves what a graph wrote into the spare buffers to the current ones. */
  function swap(names: readonly string[]): void {
    for (const name of names) {
      for (const kind of [state.parameters, state.slots, state.states]) {
        const current = kind[name];
        if (!current) continue;
        kind[name] = spare[name]!;
        spare[name] = current;
      }
    }
  }

  const into = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`next/${name}`, spare[name]!]));

  return {
    declared,
    state,
    timing,
    async step(feeds, rate) {
      const start = performance.now();
      const step = state.step + 1;
      const scalars = rule.scalars(step);
      const all = withState(feeds, trainingRows);
      addOptimizerFeeds(all, declared, rule, state, rate, scalars);
      if (declared.dropoutRows) {
        const batch = batchSize(feeds);
        all[dropoutRowsName] = { data: dropoutRows(options.seed, step, batch), shape: [batch] };
      }
      const gradientRows = Object.entries(trainingRows?.gradients() ?? {});
      const buffers = {
        ...into(graph.written),
        ...Object.fromEntries(gradientRows.map(([name, data]) => [`gradient/${name}`, data])),
      };
      const result = await timed(program.run(all, buffers));
      const value = Number(result.loss!.data[0]);
      if (!Number.isFinite(value)) {
        throw new HeedError(
          "loss",
          `${model.name}: the loss is ${value} at step ${step} (learning rate ${rate})`,
          "look for NaN or infinite values in the batch's columns, or lower the learning rate",
        );
      }
      trainingRows?.sum(options.penalty?.embedding ?? 0);
      let scale = 1;
      if (clipsOutside) {
        const squares = Number(result.squares?.data[0] ?? 0) + (trainingRows?.squares() ?? 0);
        scale = clipScale(squares, options.clipNorm!);
      }
      if (updater) {
        all["train/scale"] = { data: Float32Array.of(scale), shape: [] };
        for (const { name, shape } of declared.parameters)
          all[`gradient/${name}`] = { data: result[`gradient/${name}`]!.data, shape };
        await timed(updater.run(all, into(graph.updated)));
      }
      trainingRows?.update(rule, rate, scalars, scale);
      swap(graph.written);
      swap(graph.updated);
      state.step = step;
      timing.total += performance.now() - start;
      return value;
    },
    async predict(feeds) {
      inference ??= await compile(outputs, options);
      if (kernels) inferenceRows ??= openBatchRows(kernels, Object.values(state.tables));
      return inference.run(withState(feeds, inferenceRows));
    },
    async probe(feeds) {
      if (!probes)
        throw new HeedError("probe", `${model.name} has no probes`, "return probes from build(), or predict");
      probing ??= await compile(probes, options);
      if (kernels) inferenceRows ??= openBatchRows(kernels, Object.values(state.tables));
      return probing.run(withState(feeds, inferenceRows));
    },
    exportOnnx() {
      return writeOnnx(outputs, { ...state.parameters, ...state.states });
    },
    async release() {
      await program.release();
      await updater?.release();
      await inference?.release();
      await probing?.release();
    },
  };
}

function batchSize(feeds: Feeds): number {
  const first = Object.values(feeds)[0];
  return first!.shape[0]!;
}

function clipScale(squares: number, norm: number): number {
  return Math.min(1, norm / (Math.sqrt(squares) + 1e-6));
}

interface TrainingGraph {
  outputs: Record<string, Tensor>;
  /** A second graph that applies dense gradients, when their scale depends on rows outside the graph. */
  update: Record<string, Tensor> | null;
  /** Names of parameters, slots and states written by each graph. */
  written: string[];
  updated: string[];
}

function trainingGraph(
  declared: Declarations,
  loss: Tensor,
  rule: Optimizer,
  options: TrainerOptions,
  clipsOutside: boolean,
): TrainingGraph {
  const targets = [...declared.parameters, ...declared.tables].map(({ tensor }) => tensor);
  const raw = gradients(loss, targets);
  const dense = declared.parameters.map(({ tensor, group }, i) => {
    const penalty = options.penalty?.[group] ?? 0;
    return penalty === 0 ? raw[i]! : raw[i]!.add(tensor.mul(penalty));
  });
  const outputs: Record<string, Tensor> = { loss };
  declared.tables.forEach(({ name }, i) => {
    outputs[`gradient/${name}`] = raw[declared.parameters.length + i]!;
  });
  const written: string[] = [];
  for (const { name, update } of declared.states) {
    if (!update) continue;
    outputs[`next/${name}`] = update;
    written.push(name);
  }
  const squares =
    options.clipNorm === undefined || dense.length === 0
      ? null
      : dense.map((g) => g.square().sum()).reduce((a, b) => a.add(b));
  if (clipsOutside && squares) {
    outputs.squares = squares;
    declared.parameters.forEach(({ name }, i) => {
      outputs[`gradient/${name}`] = dense[i]!;
    });
    const scale = input("train/scale", "float32", []);
    const fed = declared.parameters.map(({ name, shape }) =>
      input(`gradient/${name}`, "float32", shape).mul(scale),
    );
    const { next, names } = updates(declared, fed, rule);
    return { outputs, update: next, written, updated: names };
  }
  const norm = squares?.sqrt().add(1e-6);
  const scaled = norm ? dense.map((g) => g.mul(norm.reciprocal().mul(options.clipNorm!).minimum(1))) : dense;
  const { next, names } = updates(declared, scaled, rule);
  return { outputs: { ...outputs, ...next }, update: null, written: [...written, ...names], updated: [] };
}

function updates(declared: Declarations, dense: Tensor[], rule: Optimizer) {
  const rate = input("train/rate", "float32", []);
  const scalars = rule.scalars(1).map((_, i) => input(`train/scalar${i}`, "float32", []));
  const next: Record<string, Tensor> = {};
  const names: string[] = [];
  declared.parameters.forEach(({ name, shape, tensor }, i) => {
    const slots = rule.slots.map((slot) => input(`${name}@${slot}`, "float32", shape));
    const updated = rule.update(tensor, dense[i]!, slots, rate, scalars);
    next[`next/${name}`] = updated.value;
    names.push(name);
    rule.slots.forEach((slot, s) => {
      next[`next/${name}@${slot}`] = updated.slots[s]!;
      names.push(`${name}@${slot}`);
    });
  });
  return { next, names };
}

function initialState(
  declared: Declarations,
  rule: Optimizer,
  seed: number,
  kernels: KernelModule | null,
): TrainingState {
  const state: TrainingState = { step: 0, parameters: {}, slots: {}, states: {}, tables: {} };
  for (const { name, shape, initializer } of declared.parameters) {
    const size = shape.reduce((total, length) => total * length, 1);
    const values = new Float32Array(size);
    initialize(values, initializer, shape, seed, name);
    state.parameters[name] = values;
    for (const slot of rule.slots) state.slots[`${name}@${slot}`] = new Float32Array(size).fill(rule.initial);
  }
  for (const { name, shape, initializer } of declared.states) {
    state.states[name] = new Float32Array(shape.reduce((total, length) => total * length, 1));
    initialize(state.states[name], initializer, shape, seed, name);
  }
  if (kernels) {
    for (const table of declared.tables) state.tables[table.name] = createTable(kernels, table, rule, seed);
  }
  return state;
}

function copyShapes(arrays: Record<string, Float32Array>): Record<string, TensorData & Float32Array> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, data]) => [name, new Float32Array(data.length)]),
  );
}

function addOptimizerFeeds(
  feeds: Record<string, Value>,
  declared: Declarations,
  rule: Optimizer,
  state: TrainingState,
  rate: number,
  scalars: number[],
): void {
  feeds["train/rate"] = { data: Float32Array.of(rate), shape: [] };
  scalars.forEach((value, i) => {
    feeds[`train/scalar${i}`] = { data: Float32Array.of(value), shape: [] };
  });
  for (const { name, shape } of declared.parameters) {
    for (const slot of rule.slots)
      feeds[`${name}@${slot}`] = { data: state.slots[`${name}@${slot}`]!, shape };
  }
}
