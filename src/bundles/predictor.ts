import { HeedError } from "../core/errors.js";
import {
  type OnnxGraph,
  openProgram,
  type Program,
  type RuntimeOptions,
  type Value,
} from "../tensor/index.js";

/** An embedding table outside the graph: consecutive shards of rows, whatever their sizes. */
export interface LookupTable {
  name: string;
  ids: string;
  rows: number;
  dim: number;
  values: readonly Float32Array[];
}

/** An inference graph with its tables: feed it columns, tables included by their ids. */
export type Predictor = Pick<Program, "run" | "release">;

/** Opens an inference graph; for each table the rows of its ids are gathered and fed. */
export async function openPredictor(
  graph: OnnxGraph,
  tables: readonly LookupTable[],
  options: RuntimeOptions = {},
): Promise<Predictor> {
  const program = await openProgram(graph, options);
  const lookups = tables.map(lookup);
  return {
    async run(feeds, into) {
      const all: Record<string, Value> = { ...feeds };
      for (const gather of lookups) gather(all);
      return program.run(all, into);
    },
    release: () => program.release(),
  };
}

/** Adds a table's rows to the feeds. The buffer is kept between calls and grows to the largest batch. */
function lookup(table: LookupTable): (feeds: Record<string, Value>) => void {
  const { name, dim, rows } = table;
  let buffer = new Float32Array(0);
  // The first row of each shard, and the end.
  const starts = [0];
  for (const shard of table.values) starts.push(starts.at(-1)! + shard.length / dim);
  return (feeds) => {
    const ids = feeds[table.ids];
    if (!ids)
      throw new HeedError("feed", `input "${table.ids}" is missing`, `feed the ids of table "${name}"`);
    const size = ids.data.length * dim;
    if (buffer.length < size) buffer = new Float32Array(size);
    let shard = 0;
    for (let i = 0, to = 0; i < ids.data.length; i++, to += dim) {
      const id = Number(ids.data[i]);
      if (!(id >= 0 && id < rows)) {
        throw new HeedError(
          "row",
          `row ${id} of table "${name}"`,
          `ids run from 0 to ${rows - 1}; encode with the bundle's vocabularies`,
        );
      }
      while (id < starts[shard]!) shard--;
      while (id >= starts[shard + 1]!) shard++;
      const from = (id - starts[shard]!) * dim;
      const values = table.values[shard]!;
      for (let d = 0; d < dim; d++) buffer[to + d] = values[from + d]!;
    }
    feeds[name] = { data: buffer.subarray(0, size), shape: [...ids.shape, dim] };
  };
}
