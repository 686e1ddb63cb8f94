import { HeedError } from "../../core/errors.js";
import { type JudgedRow, judgedRow, settleTruth } from "./judged-row.js";

/** What is relevant to one user: items (each of grade 1), or a map from item to grade, 0 for judged and not relevant. */
export type Relevant = Iterable<number> | ReadonlyMap<number, number>;

/** Holds one list against one truth. An item listed twice counts at its first place only. */
export function judgeList(ranked: ArrayLike<number>, relevant: Relevant, threshold = 1): JudgedRow {
  if (!(threshold > 0 && threshold < Number.POSITIVE_INFINITY))
    throw new HeedError(
      "metric",
      `threshold is ${threshold}`,
      "give the grade from which an item is relevant, above 0",
    );
  const left = gradesOf(relevant);
  const row = judgedRow(ranked.length, left.size, threshold);
  for (const grade of left.values()) row.truth[row.judgments++] = grade;
  settleTruth(row);
  row.length = ranked.length;
  for (let i = 0; i < ranked.length; i++) {
    const grade = left.get(ranked[i]!);
    if (grade === undefined) continue;
    left.delete(ranked[i]!);
    row.grades[i] = grade;
    row.judged[i] = 1;
  }
  return row;
}

function gradesOf(relevant: Relevant): Map<number, number> {
  if (!(relevant instanceof Map))
    return new Map([...(relevant as Iterable<number>)].map((item) => [item, 1]));
  for (const [item, grade] of relevant as ReadonlyMap<number, number>) {
    if (grade >= 0 && grade < Number.POSITIVE_INFINITY) continue;
    throw new HeedError("metric", `the grade of item ${item} is ${grade}`, "grades are numbers from 0");
  }
  return new Map(relevant);
}
