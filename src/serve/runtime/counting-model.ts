import type { LookupTable } from "../../bundles/index.js";
import type { ScoredItem } from "../heed.js";
import { type CatalogueScores, everyScore } from "./catalogue-scores.js";
import { type Likeness, openLikeness } from "./likeness.js";

/** Weight of popularity among the followers of an item: it decides between equals only, as where the model was fitted. */
const tieBreak = 1e-6;

/** What a model fitted by counting answers, from the tables of its bundle. */
export function countingModel(
  tables: readonly LookupTable[],
  items: readonly string[],
  place: (item: string) => number,
  reads: "supporters" | "followers" = "supporters",
): {
  reason?: string;
  scoreAll(history: readonly string[]): Promise<CatalogueScores | null>;
  similar(item: string, limit: number): ScoredItem[];
  likeness: Likeness;
} {
  const neighbours = column(tables, "neighbours");
  const similarities = column(tables, "similarities");
  const popularity = Float32Array.from(column(tables, "popularity").values);
  popularity[0] = Number.NEGATIVE_INFINITY;
  const knowsNeighbours = neighbours.values.some((id) => id > 0);
  const { dim } = neighbours;
  const supporters = invert(neighbours.values, dim, items.length);

  function scoresOfLast(history: readonly string[]): Float32Array | null {
    const last = history.map(place).findLast((id) => id > 0);
    if (last === undefined) return null;
    const scores = popularity.map((count) => count * tieBreak);
    for (let at = last * dim; at < (last + 1) * dim && neighbours.values[at]! > 0; at++) {
      const follower = neighbours.values[at]!;
      scores[follower] = scores[follower]! + similarities.values[at]!;
    }
    return scores;
  }
  return {
    ...(!knowsNeighbours && { reason: "popular with everyone" }),
    likeness: openLikeness({
      items,
      place,
      dim,
      ids: neighbours.values,
      similarities: similarities.values,
    }),
    async scoreAll(history) {
      if (!knowsNeighbours) return everyScore(popularity);
      if (reads === "followers") {
        const scores = scoresOfLast(history);
        return scores && everyScore(scores);
      }
      const scores = new Float32Array(items.length);
      let known = false;
      for (const item of new Set(history)) {
        const id = place(item);
        if (id < 1) continue;
        for (let k = supporters.offsets[id]!; k < supporters.offsets[id + 1]!; k++) {
          const at = supporters.places[k]!;
          const candidate = Math.floor(at / dim);
          scores[candidate] = scores[candidate]! + similarities.values[at]!;
          known = true;
        }
      }
      scores[0] = Number.NEGATIVE_INFINITY;
      return known ? everyScore(scores) : null;
    },
    similar(item, limit) {
      const id = place(item);
      if (id < 1) return [];
      const found: ScoredItem[] = [];
      for (let k = 0; k < Math.min(dim, limit); k++) {
        const other = neighbours.values[id * dim + k]!;
        if (other === 0) break;
        found.push({ item: items[other]!, score: similarities.values[id * dim + k]! });
      }
      return found;
    },
  };
}

function column(tables: readonly LookupTable[], name: string): { dim: number; values: Float32Array } {
  const table = tables.find((candidate) => candidate.name === name)!;
  if (table.values.length === 1) return { dim: table.dim, values: table.values[0]! };
  const values = new Float32Array(table.rows * table.dim);
  let end = 0;
  for (const shard of table.values) {
    values.set(shard, end);
    end += shard.length;
  }
  return { dim: table.dim, values };
}

/** For each item, the places in the neighbours' table where it stands: the candidates that it speaks for. */
function invert(neighbours: Float32Array, dim: number, rows: number) {
  const offsets = new Int32Array(rows + 1);
  for (let at = 0; at < neighbours.length; at++) {
    if (neighbours[at]! > 0) offsets[neighbours[at]! + 1]!++;
  }
  for (let id = 0; id < rows; id++) offsets[id + 1]! += offsets[id]!;
  const places = new Int32Array(offsets[rows]!);
  const next = offsets.slice();
  for (let at = dim; at < neighbours.length; at++) {
    const id = neighbours[at]!;
    if (id > 0) places[next[id]!++] = at;
  }
  return { offsets, places };
}
