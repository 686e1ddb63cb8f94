import type { Layers, Tensor } from "../../tensor/index.js";

/** A learned vector for each node, drawn uniformly as Glorot & Bengio 2010 say. */
export function nodeTable(nn: Layers, name: string, rows: number, dim: number): Tensor {
  const bound = Math.sqrt(6 / (rows + dim));
  return nn.parameter(name, [rows, dim], { kind: "uniform", bound }, "embedding");
}
