import { attributeOf, type Candidate } from "../candidate.js";
import type { Rules } from "../config/decide.js";
import { compileCondition } from "./condition.js";

/** A quota over candidates: `groups[i]` are the groups that candidate i counts for, `counts[g]` the places group g has. */
export interface Quota {
  name: string;
  first: number;
  atMost: number;
  atLeast: number;
  groups: readonly (readonly number[])[];
  counts: number[];
}

const none: readonly number[] = [];
const only: readonly number[] = [0];

/** The quotas of the rules over candidates, with nothing counted yet. */
export function openQuotas(rules: Rules["quotas"], candidates: readonly Candidate[], now: number): Quota[] {
  return rules.map(({ name, when, each, first, atMost, atLeast }, i) => {
    const groups = when ? membersOf(when, candidates, now) : valuesOf(each!, candidates);
    const size = groups.reduce((most, ids) => ids.reduce((a, id) => Math.max(a, id + 1), most), 1);
    return {
      name: name ?? `quotas.${i}`,
      first,
      atMost: atMost ?? Number.POSITIVE_INFINITY,
      atLeast: atLeast ?? 0,
      groups,
      counts: new Array<number>(size).fill(0),
    };
  });
}

function membersOf(
  when: NonNullable<Rules["quotas"][number]["when"]>,
  candidates: readonly Candidate[],
  now: number,
): Quota["groups"] {
  const test = compileCondition(when);
  return candidates.map(({ item, facts }) => (test(item, facts, now) ? only : none));
}

/** A group for each value of an attribute; a list puts an item into several groups. */
function valuesOf(attribute: string, candidates: readonly Candidate[]): Quota["groups"] {
  const ids = new Map<unknown, number>();
  const idOf = (value: unknown) => {
    const id = ids.get(value) ?? ids.size;
    ids.set(value, id);
    return id;
  };
  return candidates.map(({ item, facts }) => {
    const value = attributeOf(item, facts, attribute) ?? undefined;
    if (value === undefined) return none;
    return typeof value === "object" ? [...new Set(value)].map(idOf) : [idOf(value)];
  });
}

/** Counts a candidate that stands, or is certain to stand, at a position; -1 takes it back. */
export function countPlaced(
  quotas: readonly Quota[],
  candidate: number,
  position: number,
  by: 1 | -1 = 1,
): void {
  for (const { first, groups, counts } of quotas) {
    if (position <= first) for (const group of groups[candidate]!) counts[group]! += by;
  }
}

/** Whether no "at most" forbids a candidate at a position. */
export function allowedByQuotas(quotas: readonly Quota[], candidate: number, position: number): boolean {
  for (let q = 0; q < quotas.length; q++) {
    const { first, atMost, groups, counts } = quotas[q]!;
    if (position > first || atMost === Number.POSITIVE_INFINITY) continue;
    const own = groups[candidate]!;
    for (let g = 0; g < own.length; g++) if (counts[own[g]!]! >= atMost) return false;
  }
  return true;
}

/**
 * The "at least" quotas that leave no free choice at a position, because what they still need fills the free places up
 * to some position: the next item must count for one of them. Quotas over different items are met whenever they can be.
 * Where they share items or collide with an "at most" this may fail; `unmetQuotas` then says so.
 *
 * `freePlaces(k)` counts the places from this position to k that no pin holds; `left(quota)` the candidates that could
 * still count. `crowded` says that they need more than there is, so an item that serves several is better.
 */
export function urgentQuotas(
  quotas: readonly Quota[],
  position: number,
  limit: number,
  freePlaces: (last: number) => number,
  left: (quota: Quota) => number,
): { urgent: Quota[]; crowded: boolean } {
  const needy = quotas
    .filter(({ first, atLeast, counts }) => position <= first && counts[0]! < atLeast)
    .sort((a, b) => a.first - b.first);
  const urgent: Quota[] = [];
  let need = 0;
  for (const [i, quota] of needy.entries()) {
    urgent.push(quota);
    need += Math.min(quota.atLeast - quota.counts[0]!, left(quota));
    const last = Math.min(quota.first, limit);
    const next = needy[i + 1];
    if (next !== undefined && Math.min(next.first, limit) === last) continue;
    const free = freePlaces(last);
    if (need > 0 && need >= free) return { urgent, crowded: need > free };
  }
  return { urgent: [], crowded: false };
}

/** A rule that a slate could not keep. */
export interface Unmet {
  rule: string;
  /** How many were wanted, at least or at most. */
  wanted: number;
  got: number;
  reason: string;
}

/** The quotas that do not hold in a finished slate (candidates by position). */
export function unmetQuotas(quotas: readonly Quota[], slate: readonly number[]): Unmet[] {
  return quotas.flatMap(({ name, first, atMost, atLeast, groups, counts }) => {
    const placed = new Array<number>(counts.length).fill(0);
    for (const candidate of slate.slice(0, first)) for (const group of groups[candidate]!) placed[group]!++;
    const fewest = placed[0]!;
    const most = placed.reduce((a, b) => Math.max(a, b));
    if (fewest < atLeast)
      return [
        { rule: name, wanted: atLeast, got: fewest, reason: "too few eligible candidates count for it" },
      ];
    if (most > atMost) return [{ rule: name, wanted: atMost, got: most, reason: "pinned items exceed it" }];
    return [];
  });
}
