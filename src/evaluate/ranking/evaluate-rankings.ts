import { HeedError } from "../../core/errors.js";
import { checkCount, checkWithin } from "../check-numbers.js";
import { meanOfDefined } from "../mean.js";
import type { Candidates } from "../protocols/candidates.js";
import { checkCutOff } from "./cut-off.js";
import { type JudgedRow, judgedRow, settleTruth } from "./judged-row.js";
import { type RankingMetric, rankingMetric } from "./metrics.js";
import { checkLists, longestOf, type RaggedLists, type RaggedTruth, usersOf } from "./ragged-lists.js";

export interface RankingOptions {
  /** Names of `rankingMetrics`; by default ndcg, recall, mrr and map. */
  metrics?: readonly string[];
  /** By default 10. */
  cutOffs?: readonly number[];
  /** The grade from which an item is relevant; the default is 1. */
  threshold?: number;
  /** Ids run from 0 to items - 1: an id outside is an error. By default up to the largest id of lists and truth. */
  items?: number;
  /** Highest grade there can be, for ERR; by default the highest of the truth. */
  highest?: number;
  /** How likely a reader goes on to the next place, for RBP; the default is 0.8. */
  persistence?: number;
  /** What the lists were drawn from, to go with the figures; the full catalogue by default. */
  candidates?: Candidates;
}

/** One metric at one cut-off. */
export interface RankingColumn {
  /** "ndcg@10"; without a cut-off where the whole list counts. */
  name: string;
  formula: string;
  /** The value of each user; NaN for those without a relevant item. */
  perUser: Float64Array;
  /** The mean over the users with a relevant item. */
  mean: number;
}

export interface RankingTable {
  /** What the lists were drawn from. */
  candidates: Candidates;
  columns: RankingColumn[];
  users: number;
  /** Users in the means. */
  counted: number;
  /** Users left out of the means, and why. */
  skipped: { reason: "no relevant item"; users: Int32Array };
  /** Counted users whose list is empty: they score 0. */
  emptyLists: number;
  /** Places whose item the same list already held: they stay in the list and are never relevant. */
  repeatedItems: number;
}

/**
 * Ranking metrics of all users at once. List `i` and truth `i` belong to the same user. Users without a relevant item are
 * left out of the means and listed; one with an empty list scores 0; an item listed twice counts at its first place; an
 * item named twice by a truth is an error, and so are unknown metrics, cut-offs below 1 and ids outside the catalogue.
 */
export function evaluateRankings(
  lists: RaggedLists,
  truth: RaggedTruth,
  options: RankingOptions = {},
): RankingTable {
  const {
    metrics = ["ndcg", "recall", "mrr", "map"],
    cutOffs = [10],
    threshold = 1,
    persistence = 0.8,
  } = options;
  cutOffs.forEach(checkCutOff);
  checkWithin("evaluateRankings", "persistence", persistence, 0, 1);
  checkWithin("evaluateRankings", "threshold", threshold, Number.MIN_VALUE, Number.MAX_VALUE);
  const users = checkUsers(lists, truth);
  const items = options.items ?? 1 + Math.max(largest(lists.values), largest(truth.values));
  checkCount("evaluateRankings", "items", items, 0);
  checkLists("lists", lists, items);
  checkLists("truth", truth, items);
  const grades = truthGrades(truth);
  const parameters = { persistence, highest: options.highest ?? Math.max(1, largest(grades)) };
  const columns = metrics.flatMap((name) => columnsOf(rankingMetric(name), cutOffs, users));
  const computations = columns.map(({ metric }) => metric.of(parameters));

  const row = judgedRow(longestOf(lists), longestOf(truth), threshold);
  const desk = {
    gradeOf: new Float64Array(items),
    truthOf: new Int32Array(items),
    listedBy: new Int32Array(items),
  };
  const skipped: number[] = [];
  let emptyLists = 0;
  let repeatedItems = 0;
  for (let user = 0; user < users; user++) {
    readTruth(row, user, truth, grades, desk);
    repeatedItems += readList(row, user, lists, desk);
    if (row.relevant === 0) skipped.push(user);
    else if (row.length === 0) emptyLists++;
    for (let c = 0; c < columns.length; c++) {
      columns[c]!.perUser[user] = row.relevant === 0 ? Number.NaN : computations[c]!(row, columns[c]!.k);
    }
  }
  return {
    columns: columns.map(({ name, metric, perUser }) => ({
      name,
      formula: metric.formula,
      perUser,
      mean: meanOfDefined(perUser).mean,
    })),
    candidates: options.candidates ?? { kind: "full" },
    users,
    counted: users - skipped.length,
    skipped: { reason: "no relevant item", users: Int32Array.from(skipped) },
    emptyLists,
    repeatedItems,
  };
}

/** What is known of items while one user is read; entries of other users are told apart by the user's number + 1. */
interface Desk {
  gradeOf: Float64Array;
  truthOf: Int32Array;
  listedBy: Int32Array;
}

function readTruth(
  row: JudgedRow,
  user: number,
  truth: RaggedTruth,
  grades: ArrayLike<number>,
  desk: Desk,
): void {
  row.judgments = 0;
  for (let i = truth.offsets[user]!; i < truth.offsets[user + 1]!; i++) {
    const item = truth.values[i]!;
    if (desk.truthOf[item] === user + 1) {
      throw new HeedError(
        "metric",
        `truth: user ${user} has the item ${item} twice`,
        "give each item one grade",
      );
    }
    desk.truthOf[item] = user + 1;
    desk.gradeOf[item] = grades[i]!;
    row.truth[row.judgments++] = grades[i]!;
  }
  settleTruth(row);
}

/** Fills in the grades of the list's places; returns how many places repeat an item. */
function readList(row: JudgedRow, user: number, lists: RaggedLists, desk: Desk): number {
  const start = lists.offsets[user]!;
  row.length = lists.offsets[user + 1]! - start;
  let repeated = 0;
  for (let i = 0; i < row.length; i++) {
    const item = lists.values[start + i]!;
    const again = desk.listedBy[item] === user + 1;
    const judged = desk.truthOf[item] === user + 1 && !again;
    if (again) repeated++;
    desk.listedBy[item] = user + 1;
    row.judged[i] = judged ? 1 : 0;
    row.grades[i] = judged ? desk.gradeOf[item]! : 0;
  }
  return repeated;
}

function columnsOf(metric: RankingMetric, cutOffs: readonly number[], users: number) {
  return (metric.cut ? cutOffs : [1]).map((k) => ({
    name: metric.cut ? `${metric.name}@${k}` : metric.name,
    metric,
    k,
    perUser: new Float64Array(users),
  }));
}

function checkUsers(lists: RaggedLists, truth: RaggedTruth): number {
  if (usersOf(lists) === usersOf(truth)) return usersOf(lists);
  throw new HeedError(
    "users",
    `${usersOf(lists)} lists and the truth of ${usersOf(truth)} users`,
    "give both for the same users in the same order; alignLists() puts lists in order",
  );
}

function truthGrades({ values, grades }: RaggedTruth): ArrayLike<number> {
  if (!grades) return new Float64Array(values.length).fill(1);
  if (grades.length !== values.length)
    throw new HeedError(
      "metric",
      `truth: ${values.length} items and ${grades.length} grades`,
      "give one per item",
    );
  for (let i = 0; i < grades.length; i++) {
    if (grades[i]! >= 0 && grades[i]! < Number.POSITIVE_INFINITY) continue;
    throw new HeedError("metric", `truth: grades[${i}] is ${grades[i]}`, "grades are numbers from 0");
  }
  return grades;
}

function largest(values: ArrayLike<number>): number {
  let found = -1;
  for (let i = 0; i < values.length; i++) if (values[i]! > found) found = values[i]!;
  return found;
}
