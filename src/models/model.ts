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
        build: (nn) =>
          named(name, () => {
            const inputs = task.inputs(data);
            return task.finish(definition.build({ ...inputs, nn }, options), inputs, data);
          }),
      };
    },
  };
}

/** Puts the model's name before an error that its graph raises: a layer does not know whose option it was given. */
function named<T>(model: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof HeedError)) throw error;
    const what = error.message.slice(0, -`\n  help: ${error.remedy}`.length);
    throw new HeedError(error.code, `${model}: ${what}`, error.remedy, { cause: error });
  }
}

/**
 * Defaults overlaid with what was given. An option the model does not have is an error that names the nearest one; so is
 * a value of another type than the default's, or a number that is not finite. `undefined` leaves the default.
 */
export function checkedOptions<Options extends object>(
  model: string,
  defaults: Options,
  given: Partial<Options>,
): Options {
  const known = Object.keys(defaults);
  const options = new Map<string, unknown>(Object.entries(defaults));
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (known.includes(key)) {
      const expected = kindOf(options.get(key));
      if (kindOf(value) !== expected) {
        const seen = typeof value === "number" ? value : JSON.stringify(value);
        throw new HeedError("option", `${model}: option "${key}" is ${seen}`, `give a ${expected}`);
      }
      options.set(key, value);
      continue;
    }
    const near = nearest(key, known);
    throw new HeedError(
      "unknown-option",
      `${model} has no option "${key}"`,
      near ? `did you mean "${near}"?` : `its options are ${known.join(", ") || "none"}`,
    );
  }
  return Object.fromEntries(options) as Options;
}

function kindOf(value: unknown): string {
  if (typeof value === "number")
    return Number.isFinite(value) ? "finite number" : "number that is not finite";
  if (!Array.isArray(value)) return value === null ? "null" : typeof value;
  const kinds = [...new Set(value.map(kindOf))];
  return kinds.length <= 1 ? "list" : `list of ${kinds.join(" and ")}`;
}
