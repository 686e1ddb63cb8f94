import { HeedError } from "../../core/errors.js";
import { shuffle } from "../../core/random.js";
import type { SequenceColumn } from "../../data/index.js";
import { input, linearCrossEntropies, type Tensor } from "../../tensor/index.js";
import type { Feeds } from "../../train/index.js";
import { type ExtraColumns, sequenceBatches } from "./batches.js";
import { distillation, type SparseTeacher } from "./distillation.js";
import type { TargetLoss } from "./losses.js";
import { defineSequenceModel, type EpochBatches } from "./model.js";
import { multiQueryBranch } from "./multi-query.js";
import { sequence } from "./task.js";
import { countTransitions, type Teacher, teacherOf } from "./transitions.js";

/** What the transitions teach at one batch: positions of the flattened histories, and the teacher of their items. */
function lessonInputs(): { heads: Tensor; teacher: SparseTeacher } {
  return {
    heads: input("heads.positions", "int32", ["heads"]),
    teacher: {
      floors: input("heads.floors", "float32", ["heads"]),
      heads: input("pairs.heads", "int32", ["pairs"]),
      classes: input("pairs.classes", "int32", ["pairs"]),
      excesses: input("pairs.excesses", "float32", ["pairs"]),
    },
  };
}

/** Padding is one more class, whose score is always 0. */
const withPadding: TargetLoss = (states, table, { items }) => linearCrossEntropies(states, table, items);

/**
 * MQSA-TED (Zhu et al. 2024, arXiv:2311.01056): attention asked by the last item and, in a second branch, by the mean of the
 * last `window` items; item vectors are taught what followed what. With `short` 1 and `distill` 0 it is one plain branch.
 */
export const mqsaTed = defineSequenceModel({
  name: "mqsa-ted",
  task: sequence,
  options: {
    dim: 64,
    blocks: 1,
    heads: 1,
    dropout: 0.5,
    window: 3,
    /** Share of the branch that the last item asks, alpha of the paper. */
    short: 0.5,
    /** Weight of the transitions' lesson, lambda of the paper. */
    distill: 0.1,
    temperature: 0.1,
    /** Steps within which an item follows another. */
    span: 1,
    /** Positions of a batch that are taught, drawn anew for each; 0 for all of them. */
    taught: 0,
  },
  build({ history, rows, length, nn }, o) {
    const normal = { kind: "normal", deviation: 0.01 } as const;
    const items = nn.parameter("items", [rows - 1, o.dim], normal, "embedding");
    const table = items.pad(0, 1, 0);
    const real = history.greater(0);
    const scaled = table.gather(history).mul(Math.sqrt(o.dim));
    const embedded = nn.dropout(scaled.add(nn.positions(length, o.dim, 0.01)), o.dropout);
    const x = embedded.mul(real.cast(embedded.dtype).unsqueeze(2));
    const branch = (name: string, window: number) => multiQueryBranch(nn.in(name), x, real, { ...o, window });
    const branches = [
      ...(o.short > 0 ? [branch("short", 1).mul(o.short)] : []),
      ...(o.short < 1 ? [branch("long", o.window).mul(1 - o.short)] : []),
    ];
    // Both branches are scored by one table: mixing the states is mixing the scores.
    const hidden = branches.reduce((sum, part) => sum.add(part));
    const result = { hidden, table, loss: withPadding };
    if (!(nn.scope.declared.training && o.distill > 0)) return result;
    const { heads, teacher } = lessonInputs();
    const students = nn.dropout(scaled, o.dropout).flatten2d().gather(heads);
    return { ...result, extraLoss: distillation(students, items, teacher, o.temperature).mul(o.distill) };
  },
  training(train, { length, batchSize, seed, options: o }): EpochBatches {
    checkShares(o);
    const extra = o.distill > 0 ? lessons(train, length, o) : undefined;
    return (epoch) => sequenceBatches(train, { length, batchSize, seed, epoch, extra });
  },
});

/** Adds to each batch what the transitions of the training sequences teach at its positions. */
function lessons(
  train: SequenceColumn,
  length: number,
  o: { span: number; temperature: number; taught: number },
): ExtraColumns {
  const teacher = teacherOf(countTransitions(train, { length, span: o.span }), o.temperature);
  return (_, batch, source) => {
    const positions = Int32Array.from(batch["targets.positions"]!.data as Int32Array);
    if (o.taught > 0) shuffle(positions, source);
    const chosen = o.taught > 0 ? positions.subarray(0, o.taught) : positions;
    return lessonFeed(teacher, batch.history!.data as Int32Array, chosen);
  };
}

/** Refuses a share outside 0..1 and a weight below 0. */
function checkShares(o: { short: number; distill: number }): void {
  if (!(o.short >= 0 && o.short <= 1))
    throw new HeedError("option", `mqsa-ted: option "short" is ${o.short}`, "give a share from 0 to 1");
  if (o.distill < 0)
    throw new HeedError("option", `mqsa-ted: option "distill" is ${o.distill}`, "give a number from 0");
}

/** The teacher's rows of the items at chosen positions; classes are ids less one, as padding is none. */
function lessonFeed(
  { transitions, floors, excesses }: Teacher,
  history: Int32Array,
  positions: Int32Array,
): Feeds {
  const heads: number[] = [];
  const classes: number[] = [];
  const above: number[] = [];
  positions.forEach((position, head) => {
    const item = history[position]!;
    for (let at = transitions.offsets[item]!; at < transitions.offsets[item + 1]!; at++) {
      heads.push(head);
      classes.push(transitions.followers[at]! - 1);
      above.push(excesses[at]!);
    }
  });
  const pairs = [heads.length];
  return {
    "heads.positions": { data: positions, shape: [positions.length] },
    "heads.floors": {
      data: Float32Array.from(positions, (position) => floors[history[position]!]!),
      shape: [positions.length],
    },
    "pairs.heads": { data: Int32Array.from(heads), shape: pairs },
    "pairs.classes": { data: Int32Array.from(classes), shape: pairs },
    "pairs.excesses": { data: Float32Array.from(above), shape: pairs },
  };
}
