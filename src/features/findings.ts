import { random, shuffle } from "../core/random.js";
import { type Cell, codeCells, reorder } from "./codes.js";
import { correctedInformation, entropy } from "./information.js";
import type { ColumnProfile } from "./profile.js";
import type { RankedFeature } from "./report.js";
import type { TableBatch } from "./table.js";

export type FindingCode =
  | "all-missing"
  | "missing"
  | "constant"
  | "near-unique"
  | "rare-values"
  | "duplicate"
  | "leak"
  | "noise"
  | "shifted"
  | "label-missing"
  | "label-sorted"
  | "few-rows"
  | "refused-rows";

/** Something about the data that a person should know before a model learns from it. */
export interface Finding {
  code: FindingCode;
  columns: readonly string[];
  /** What was seen, in words. */
  what: string;
  /** What to do about it. */
  remedy: string;
}

/** From these shares on something is worth telling. */
const limits = {
  missing: 0.2,
  nearUnique: 0.95,
  rare: 0.2,
  leak: 0.9,
  shifted: 0.05,
  fewRows: 1_024,
} as const;

/** What the profile of a column shows by itself. */
export function columnFindings(profile: ColumnProfile, rows: number, rareBound: number): Finding[] {
  const { column, missing, cardinality, rare } = profile;
  const finding = (code: FindingCode, what: string, remedy: string) => ({
    code,
    columns: [column],
    what,
    remedy,
  });
  if (missing === rows)
    return [
      finding("all-missing", `"${column}" has nothing in any row`, "leave it out, or mend what writes it"),
    ];
  if (cardinality === 1)
    return [
      finding(
        "constant",
        `"${column}" is "${profile.top.value}" in every row`,
        "leave it out: it tells nothing",
      ),
    ];
  const found: Finding[] = [];
  if (missing / rows >= limits.missing)
    found.push(
      finding(
        "missing",
        `"${column}" has nothing in ${percent(missing / rows)} of the rows`,
        "check what writes it; nothing is ranked as a value of its own",
      ),
    );
  if (cardinality / rows >= limits.nearUnique)
    found.push(
      finding(
        "near-unique",
        `"${column}" has ${cardinality} values in ${rows} rows`,
        "an id of rows: leave it out, or cut it into parts that repeat",
      ),
    );
  else if (rare * rareBound > 0 && rare / rows >= limits.rare)
    found.push(
      finding(
        "rare-values",
        `${rare} values of "${column}" occur at most ${rareBound === 1 ? "once" : `${rareBound} times`}`,
        "let the vocabulary keep values from some count on",
      ),
    );
  return found;
}

/** Columns that divide all rows alike: all but one of each group could go. */
export function duplicateFindings(
  signatures: ReadonlyMap<string, string>,
  profiles: readonly ColumnProfile[],
): Finding[] {
  const groups = new Map<string, string[]>();
  for (const { column, cardinality } of profiles) {
    if (cardinality < 2) continue;
    const signature = signatures.get(column)!;
    groups.set(signature, [...(groups.get(signature) ?? []), column]);
  }
  return [...groups.values()]
    .filter((columns) => columns.length > 1)
    .map((columns) => ({
      code: "duplicate",
      columns,
      what: `${columns.map((name) => `"${name}"`).join(" and ")} divide the rows alike, by whatever names`,
      remedy: "keep one of them; if one is the label, the other gives it away",
    }));
}

/** Features that tell nearly all of the label, and those that tell less than noise does. */
export function rankingFindings(ranking: readonly RankedFeature[], labelEntropy: number): Finding[] {
  const leaks = ranking
    .filter(
      ({ kind, score }) => kind !== "control" && kind !== "cross" && score >= limits.leak * labelEntropy,
    )
    .map(
      ({ feature, parts, score }): Finding => ({
        code: "leak",
        columns: parts,
        what: `"${feature}" tells ${percent(score / labelEntropy)} of the label`,
        remedy: "check whether it is known before the label is; if not, leave it out",
      }),
    );
  const silent = ranking.filter(({ kind, belowNoise }) => kind === "column" && belowNoise);
  if (silent.length === 0) return leaks;
  const names = silent.map(({ feature }) => feature);
  return [
    ...leaks,
    {
      code: "noise",
      columns: names,
      what: `${names.length} of the columns cannot be told from noise by themselves`,
      remedy: "leave them out, or see whether a cross of them tells something (order 2)",
    },
  ];
}

/**
 * Columns whose values differ between the first and the last batch: the corrected information between value and batch, as a
 * share of the most there could be (for two batches of one size the Jensen-Shannon divergence in bits).
 */
export function shiftFindings(
  first: TableBatch,
  last: TableBatch,
  columns: readonly string[],
  seed: number,
): Finding[] {
  const length = first.length + last.length;
  const order = Int32Array.from({ length }, (_, i) => i);
  shuffle(order, random(seed, "sides"));
  const side = { codes: order.map((row) => (row < first.length ? 0 : 1)), size: 2 };
  const most = entropy(side);
  return columns.flatMap((column): Finding[] => {
    const cells = [first, last].flatMap(
      (batch) => batch.cells.get(column) ?? new Array<Cell>(batch.length).fill(null),
    );
    const shift = correctedInformation(reorder(codeCells(cells), order), side) / most;
    if (shift < limits.shifted) return [];
    return [
      {
        code: "shifted",
        columns: [column],
        what: `"${column}" tells ${percent(shift)} of whether a row is of the first batch or of the last`,
        remedy: "split by time, not at random, and check that its values still mean the same",
      },
    ];
  });
}

/** What concerns the label and the rows as a whole. */
export function tableFindings(seen: {
  label: ColumnProfile;
  rows: number;
  batches: number;
  oneClassBatches: number;
  refused: number;
}): Finding[] {
  const { label, rows, batches, oneClassBatches, refused } = seen;
  const found: Finding[] = [];
  const add = (code: FindingCode, columns: string[], what: string, remedy: string) =>
    found.push({ code, columns, what, remedy });
  if (refused > 0)
    add(
      "refused-rows",
      [],
      `${refused} rows could not be read and were left out`,
      "mend them: the report says the first five",
    );
  if (label.missing > 0)
    add(
      "label-missing",
      [label.column],
      `the label "${label.column}" has nothing in ${label.missing} rows`,
      "they count as a class of their own: leave them out if they are none",
    );
  if (oneClassBatches > 0)
    add(
      "label-sorted",
      [label.column],
      `the label "${label.column}" has one value in the whole of ${oneClassBatches} of ${batches} batches`,
      "the rows seem to be sorted by it: shuffle the file, or score more rows at a time",
    );
  if (rows <= limits.fewRows)
    add(
      "few-rows",
      [],
      `there are ${rows} rows`,
      `scores of less than ${limits.fewRows} rows are hardly more than chance`,
    );
  return found;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
