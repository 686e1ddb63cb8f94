import { HeedError, nearest } from "../core/errors.js";
import type { Layers } from "../tensor/index.js";
import type { Trainable } from "../train/index.js";

/** What a kind of model is given, what it must return, and how that becomes a loss. One file per task. */
export interface Task<Data, Inputs, Result> {
  name: string;
  /** Declares the batch's columns. */
  inputs(data: Data): Inputs;
  /** The loss and the outputs that inference returns. */
  finish(result: Result, inputs: Inputs, data: Data): ReturnType<Trainable["build"]>;
}

/** A model as its paper gives it: a name, its task, its options with their defaults, and the graph. */
export interface ModelDefinition<Data, Inputs, Result, Options extends object> {
  name: string;
  task: Task<Data, Inputs, Result>;
  options: Options;
  build(inputs: Inputs & { nn: Layers }, options: Options): Result;
}

/** A defined model: call `trainable` with the data's shape and any options that differ from the defaults. */
export interface Model<Data = never, Options extends object = object> {
  name: string;
  task: string;
  options: Options;
  trainable(data: Data, options?: Partial<Options>): Trainable;
}

export function defineModel<Data, Inputs extends object, Result, Options extends object>(
  definition: ModelDefinition<Data, Inputs, Result, Options>,
): Model<Data, Options> {
  const { name, task, options: defaults } = definition;
  return {
    name,
    task: task.name,
    options: defaults,
    trainable(data, given = {}) {
      const options = checkedOptions(name, defaults, given);
      return {
        name,
        build(nn) {
          const inputs = task.inputs(data);
          return task.finish(definition.build({ ...inputs, nn }, options), inputs, data);
        },
      };
    },
  };
}

/** Defaults overlaid with what was given; an option the model does not have is an error that names the nearest one. */
function checkedOptions<Options extends object>(
  model: string,
  defaults: Options,
  given: Partial<Options>,
): Options {
  const known = Object.keys(defaults);
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw new HeedError(
      "unknown-option",
      `${model} has no option "${key}"`,
      near ? `did you mean "${near}"?` : `its options are ${known.join(", ") || "none"}`,
    );
  }
  return { ...defaults, ...given };
}
