import { HeedError } from "../core/errors.js";
import type { TrainingState } from "./trainer.js";

/** The weights alone, by name: parameters, running statistics and table shards ("table:name:shard"). */
export function weights(state: TrainingState): Record<string, Float32Array> {
  const arrays: Record<string, Float32Array> = { ...state.parameters, ...state.states };
  for (const table of Object.values(state.tables)) {
    table.values.forEach((shard, i) => {
      arrays[`table:${table.name}:${i}`] = shard;
    });
  }
  return arrays;
}

/** Everything a resumed run needs: the weights and the optimizer's slots. */
export function arraysOf(state: TrainingState): Record<string, Float32Array> {
  const arrays = { ...weights(state), ...state.slots };
  for (const table of Object.values(state.tables)) {
    table.slots.forEach((shards, slot) => {
      shards.forEach((shard, i) => {
        arrays[`table:${table.name}:${i}@${slot}`] = shard;
      });
    });
  }
  return arrays;
}

export function copyArrays(arrays: Record<string, Float32Array>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, data.slice()]));
}

/** Copies saved values into arrays of the same names and lengths, all or nothing. */
export function restoreArrays(into: Record<string, Float32Array>, saved: Record<string, Float32Array>): void {
  for (const [name, data] of Object.entries(into)) {
    if (saved[name]?.length !== data.length) {
      throw new HeedError(
        "weights",
        `"${name}" has ${data.length} values in the model and ${saved[name]?.length ?? "none"} in the saved state`,
        "use the model, options and data set with which it was saved",
      );
    }
  }
  for (const [name, data] of Object.entries(into)) data.set(saved[name]!);
}
