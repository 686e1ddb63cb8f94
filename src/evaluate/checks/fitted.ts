import { type RaggedLists, usersOf } from "../ranking/ragged-lists.js";
import type { Finding } from "./findings.js";

/** Tokens a vocabulary knows that test rows have and training rows lack: it was fitted on the test rows. */
export function checkVocabulary(
  called: string,
  known: Iterable<string>,
  train: Iterable<string | null>,
  test: Iterable<string | null>,
): Finding[] {
  const trained = new Set(train);
  const tested = new Set(test);
  const leaked = [...known].filter((token) => tested.has(token) && !trained.has(token));
  if (leaked.length === 0) return [];
  return [
    {
      code: "vocabulary-fitted-on-test",
      severity: "refusal",
      what: `the vocabulary of ${called} knows ${leaked.length} tokens that only the test has, such as "${leaked[0]}"`,
      remedy: "build it from training rows only; what else comes up is unknown when serving, too",
      count: leaked.length,
    },
  ];
}

/**
 * Steps from one item to the next that a table of transitions (or any model of pairs) knows, that lead to test targets, and
 * that no training sequence takes: it was counted on whole sequences. `test[i]` is the target after sequence `i` of
 * `train`, 0 for none.
 */
export function checkTransitions(
  knows: (from: number, to: number) => boolean,
  train: RaggedLists,
  test: ArrayLike<number>,
): Finding[] {
  const taken = new Set<string>();
  for (let user = 0; user < usersOf(train); user++) {
    for (let i = train.offsets[user]! + 1; i < train.offsets[user + 1]!; i++) {
      taken.add(`${train.values[i - 1]} ${train.values[i]}`);
    }
  }
  let count = 0;
  for (let user = 0; user < usersOf(train); user++) {
    const from =
      train.offsets[user + 1]! > train.offsets[user]! ? train.values[train.offsets[user + 1]! - 1]! : 0;
    const to = test[user] ?? 0;
    if (from === 0 || to === 0 || taken.has(`${from} ${to}`)) continue;
    if (knows(from, to)) count++;
  }
  if (count === 0) return [];
  return [
    {
      code: "test-in-transitions",
      severity: "refusal",
      what: `the transition table knows ${count} steps to test items that no training sequence takes`,
      remedy: "count transitions on the training part of each sequence only",
      count,
    },
  ];
}
