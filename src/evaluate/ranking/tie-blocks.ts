import { checkFinite, checkPaired } from "../check-numbers.js";

/** Places that share a score. */
export interface TieBlock {
  /** The first place, from 0. */
  start: number;
  size: number;
  grades: number[];
}

/** The blocks of equal score of one list, best first. A NaN or infinite score is an error. */
export function tieBlocks(metric: string, grades: ArrayLike<number>, scores: ArrayLike<number>): TieBlock[] {
  checkPaired(metric, { grades, scores });
  checkFinite(metric, "grades", grades);
  checkFinite(metric, "scores", scores);
  const order = Int32Array.from(grades as ArrayLike<number>, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]!,
  );
  const blocks: TieBlock[] = [];
  order.forEach((at, place) => {
    const block = blocks.at(-1);
    if (block && scores[order[block.start]!] === scores[at]) {
      block.size++;
      block.grades.push(grades[at]!);
    } else blocks.push({ start: place, size: 1, grades: [grades[at]!] });
  });
  return blocks;
}
