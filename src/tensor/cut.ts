import { HeedError } from "../core/errors.js";
import type { OnnxGraph } from "./onnx.js";
import { decodeModel } from "./onnx-schema.js";

/**
 * The part of a graph that `writeOnnx` wrote which computes some of its outputs: nodes, weights and inputs that only the
 * others need are left out. An output that the graph does not have is an error.
 */
export function cutGraph(graph: OnnxGraph, outputs: readonly string[]): OnnxGraph {
  const missing = outputs.find((name) => !graph.outputs.some((output) => output.name === name));
  if (missing !== undefined) {
    throw new HeedError(
      "graph",
      `the graph has no output "${missing}"`,
      `its outputs are ${graph.outputs.map(({ name }) => name).join(", ")}`,
    );
  }
  const { model, encode } = decodeModel(graph.bytes);
  const { graph: whole } = model;
  const needed = new Set<string>(outputs);
  // Nodes stand in the order of their computation.
  const nodes = whole.node
    .toReversed()
    .filter(({ output, input }) => {
      if (!output.some((name) => needed.has(name))) return false;
      for (const name of input) needed.add(name);
      return true;
    })
    .toReversed();
  const keep = <T extends { name: string }>(values: readonly T[]) =>
    values.filter(({ name }) => needed.has(name));
  whole.node = nodes;
  whole.initializer = keep(whole.initializer);
  whole.input = keep(whole.input);
  whole.output = whole.output.filter(({ name }) => outputs.includes(name));
  whole.valueInfo = keep(whole.valueInfo);
  return {
    bytes: encode(),
    inputs: keep(graph.inputs),
    outputs: graph.outputs.filter(({ name }) => outputs.includes(name)),
  };
}
