import { random, shuffle } from "../../core/random.js";
import type { Census } from "../../data/index.js";
import {
  type Cell,
  type CodedColumn,
  type FeatureReport,
  type HeuristicName,
  rankFeatures,
  score,
  tableOf,
} from "../../features/index.js";
import {
  cardinalityTrap,
  exclusiveOr,
  type PlantedWorld,
  sumOfThree,
  sumOfTwo,
  threshold,
} from "./outrank-worlds.js";

export type Figures = Record<string, number>;

const rows = 20_000;
/** Rows of a batch that holds all that is ranked here. */
const oneBatch = 2 ** 17;

/** Ranks columns in one batch without columns of noise. */
export function rankColumns(
  columns: Readonly<Record<string, readonly Cell[]>>,
  options: { heuristic: HeuristicName; order?: number; share?: number; seed?: number },
): Promise<FeatureReport> {
  return rankFeatures(tableOf("columns", columns), {
    label: "label",
    batchRows: oneBatch,
    combinations: 100_000,
    controls: false,
    ...options,
  });
}

/** The four needles of OutRank's own tests: 1 where what was planted ranks first, and the scores of the exclusive or. */
export async function needles(heuristic: HeuristicName, seed: number, columns: number): Promise<Figures> {
  const worlds: Record<string, PlantedWorld> = {
    threshold: threshold(seed, rows),
    "sum of two": sumOfTwo(seed, rows, columns),
    "sum of three": sumOfThree(seed, rows),
    "exclusive or": exclusiveOr(seed, rows),
  };
  const figures: Figures = {};
  for (const [name, { columns, planted, order }] of Object.entries(worlds)) {
    const { ranking } = await rankColumns(columns, { heuristic, order });
    const first = ranking.slice(0, planted.length).map(({ feature }) => feature);
    figures[name] = planted.every((feature) => first.includes(feature)) ? 1 : 0;
    if (name !== "exclusive or") continue;
    const bits = ranking.filter(({ kind }) => kind === "column");
    figures["bit alone"] = Math.max(...bits.map(({ score }) => Math.abs(score)));
    figures["bits crossed"] = ranking.find(({ kind }) => kind === "cross")!.score;
  }
  return figures;
}

/** Two telling columns beside ids: how many of the two are first, and how many ids stand before the last of them. */
export async function trap(heuristic: HeuristicName, seed: number): Promise<Figures> {
  const { columns, planted } = cardinalityTrap(seed, rows);
  const names = (await rankColumns(columns, { heuristic })).ranking.map(({ feature }) => feature);
  const last = Math.max(...planted.map((feature) => names.indexOf(feature)));
  return {
    "planted first": planted.filter((feature) => names.indexOf(feature) < planted.length).length,
    "ids before": last + 1 - planted.length,
  };
}

const cardinalities = [2, 10, 100, 1_000] as const;
const columnsEach = 20;

/** The score of columns that tell nothing, by cardinality: the mean of twenty, and the greatest of any in size. */
export function noiseScores(heuristic: HeuristicName, seed: number, length: number): Figures {
  const label = drawn(seed, "label", length, 2);
  const figures: Figures = {};
  let worst = 0;
  for (const cardinality of cardinalities) {
    let total = 0;
    for (let column = 0; column < columnsEach; column++) {
      const found = score(heuristic, drawn(seed, `${cardinality}/${column}`, length, cardinality), label, {
        background: "shift",
        seed,
        share: 1,
      });
      total += found;
      worst = Math.max(worst, Math.abs(found));
    }
    figures[`mean of ${cardinality}`] = total / columnsEach;
  }
  return { ...figures, worst };
}

function drawn(seed: number, name: string, length: number, size: number): CodedColumn {
  const source = random(seed, "noise", name);
  return { codes: Int32Array.from({ length }, () => source.integer(size)), size };
}

const noiseCardinalities = [2, 10, 50, 200, 1_000, 5_000] as const;
const quantiles = 20;

/** The census with numbers in quantiles, and what must not win: raw fnlwgt, an id of rows, columns of noise. */
export function censusColumns(census: Census, seed: number): Record<string, Cell[]> {
  const { train } = census;
  const length = train.label.length;
  const columns: Record<string, Cell[]> = {};
  for (const name of census.numeric) columns[name] = binned(train[name]);
  for (const name of census.categorical) columns[name] = [...train[name]];
  columns["raw fnlwgt"] = [...train.fnlwgt];
  columns.row_id = Array.from({ length }, (_, i) => String(i));
  return { ...columns, ...noiseColumns(length, seed, 3), label: [...train.label] };
}

/** Columns that tell nothing, so many of each cardinality. */
export function noiseColumns(length: number, seed: number, each: number): Record<string, Cell[]> {
  return Object.fromEntries(
    noiseCardinalities.flatMap((size) =>
      Array.from({ length: each }, (_, i) => {
        const name = `noise${size}_${i}`;
        const source = random(seed, "census", name);
        return [name, Array.from({ length }, () => String(source.integer(size)))] as const;
      }),
    ),
  );
}

/** Numbers by quantile, equal ones together: the bins' inner edges are the twentieths of the sorted values of `fitted`. */
export function binned(cells: readonly string[], fitted = cells): Cell[] {
  const sorted = Float64Array.from(fitted, Number).sort();
  const edges: number[] = [];
  for (let i = 1; i < quantiles; i++) {
    const place = ((sorted.length - 1) * i) / quantiles;
    const below = sorted[Math.floor(place)]!;
    const edge = below + (place % 1) * (sorted[Math.ceil(place)]! - below);
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  return cells.map((cell) => String(edges.filter((edge) => edge <= Number(cell)).length));
}

/** The columns that must lead, in this order. */
export const leaders = [
  "relationship",
  "marital_status",
  "age",
  "education",
  "education_num",
  "occupation",
  "capital_gain",
  "hours_per_week",
  "sex",
] as const;

/** Where the columns of the census and the noise beside them come out. */
export function censusFigures({ ranking }: FeatureReport): Figures {
  const names = ranking.map(({ feature }) => feature);
  const noise = ranking.filter(({ feature }) => feature.startsWith("noise"));
  const top = names.slice(0, leaders.length);
  return {
    ...Object.fromEntries(ranking.map(({ feature, score }) => [feature, score])),
    "largest noise": Math.max(...noise.map(({ score }) => Math.abs(score))),
    "leaders above noise": leaders.filter((name) =>
      noise.every(({ feature }) => names.indexOf(name) < names.indexOf(feature)),
    ).length,
    "leaders in order": leaders.filter((name, i) => names[i] === name).length,
    "ids in the top 9": top.filter((name) => name === "row_id" || name.startsWith("noise5000")).length,
  };
}

/** How far the ranking holds: between two disjoint halves (Spearman), and on a stratified part (of the top 10). */
export async function censusStability(columns: Record<string, Cell[]>, seed: number): Promise<Figures> {
  const heuristic = "corrected";
  const real = Object.fromEntries(
    Object.entries(columns).filter(([name]) => !/^noise|^row_id$|^raw /.test(name)),
  );
  const length = real.label!.length;
  const order = Int32Array.from({ length }, (_, i) => i);
  shuffle(order, random(seed, "halves"));
  const half = async (from: number, to: number) => {
    const part = Object.fromEntries(
      Object.entries(real).map(([name, cells]) => [
        name,
        Array.from(order.subarray(from, to), (row) => cells[row]!),
      ]),
    );
    return (await rankColumns(part, { heuristic, seed })).ranking.map(({ feature }) => feature);
  };
  const [first, second] = [await half(0, length >> 1), await half(length >> 1, length)];
  const names = async (share: number) =>
    (await rankColumns(columns, { heuristic, seed, share })).ranking
      .slice(0, 10)
      .map(({ feature }) => feature);
  const [all, part] = [await names(1), await names(0.3)];
  return {
    "spearman of halves": spearman(first, second),
    "top 10 kept": all.filter((name) => part.includes(name)).length,
  };
}

/** Rank correlation of two orders of the same names. */
function spearman(a: readonly string[], b: readonly string[]): number {
  const squares = a.reduce((total, name, i) => total + (i - b.indexOf(name)) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}
