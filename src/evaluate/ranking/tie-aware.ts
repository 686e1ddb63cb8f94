import { checkCutOff } from "./cut-off.js";
import { gainOf } from "./graded-metrics.js";
import type { GainOptions, GradeOptions } from "./lists.js";
import { type TieBlock, tieBlocks } from "./tie-blocks.js";

/**
 * What a metric is on average over all orders of tied scores (McSherry & Najork 2008), in closed form. `grades` and
 * `scores` run over the same items, judged ones and others (grade 0); all relevant items are among them. Without one the
 * metric is NaN.
 */
type TieAwareMetric<Options> = (
  grades: ArrayLike<number>,
  scores: ArrayLike<number>,
  k: number,
  options?: Options,
) => number;

/** A block with its hits, and what came before it. */
interface CountedBlock extends TieBlock {
  relevant: number;
  /** Relevant items in earlier blocks. */
  before: number;
}

function tieAware(
  name: string,
  compute: (blocks: readonly CountedBlock[], k: number, relevant: number) => number,
): TieAwareMetric<GradeOptions> {
  return (grades, scores, k, { threshold = 1 } = {}) => {
    checkCutOff(k);
    let before = 0;
    const blocks = tieBlocks(name, grades, scores).map((block) => {
      const relevant = block.grades.filter((grade) => grade >= threshold).length;
      before += relevant;
      return { ...block, relevant, before: before - relevant };
    });
    return before === 0 ? Number.NaN : compute(blocks, k, before);
  };
}

/** Places of a block that lie above the cut. */
const within = ({ start, size }: TieBlock, k: number) => Math.max(0, Math.min(k - start, size));

const expectedHits = (blocks: readonly CountedBlock[], k: number) =>
  blocks.reduce((total, block) => total + (block.relevant * within(block, k)) / block.size, 0);

/** The expected share of the first k places that holds a relevant item. */
export const tieAwarePrecision = tieAware("tieAwarePrecision", (blocks, k) => expectedHits(blocks, k) / k);

/** The expected share of the relevant items among the first k. */
export const tieAwareRecall = tieAware(
  "tieAwareRecall",
  (blocks, k, relevant) => expectedHits(blocks, k) / relevant,
);

/** The expected reciprocal of the place of the first relevant item. */
export const tieAwareMrr = tieAware("tieAwareMrr", (blocks, k) => {
  const block = blocks.find(({ relevant }) => relevant > 0)!;
  let total = 0;
  // The chance that no place of the block so far was relevant.
  let none = 1;
  for (let i = 0; i < within(block, k); i++) {
    const left = block.size - i;
    total += (none * (block.relevant / left)) / (block.start + i + 1);
    none *= 1 - block.relevant / left;
  }
  return total;
});

/** The expected average precision at k, over the number of relevant items. */
export const tieAwareAveragePrecision = tieAware("tieAwareAveragePrecision", (blocks, k, relevant) => {
  let total = 0;
  for (const block of blocks) {
    const share = block.relevant / block.size;
    const others = block.size > 1 ? (block.relevant - 1) / (block.size - 1) : 0;
    for (let i = 0; i < within(block, k); i++) {
      total += (share * (block.before + 1 + i * others)) / (block.start + i + 1);
    }
  }
  return total / relevant;
});

/** Expected DCG over the ideal DCG, both cut at k: places of a tied block share its mean gain. */
export const tieAwareNdcg: TieAwareMetric<GainOptions> = (grades, scores, k, options = {}) => {
  checkCutOff(k);
  const { gain = "exponential", threshold = 1 } = options;
  const dcg = (by: ArrayLike<number>) => {
    let total = 0;
    for (const block of tieBlocks("tieAwareNdcg", grades, by)) {
      const gains = block.grades.reduce((sum, grade) => sum + gainOf(grade, gain, threshold), 0);
      for (let i = 0; i < within(block, k); i++) {
        total += gains / block.size / Math.log2(block.start + i + 2);
      }
    }
    return total;
  };
  const ideal = dcg(grades);
  return ideal === 0 ? Number.NaN : dcg(scores) / ideal;
};
