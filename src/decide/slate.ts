import { HeedError } from "../core/errors.js";
import type { Candidate } from "./candidate.js";
import type { DecideConfig } from "./config/decide.js";
import { attributeSimilarity, marginalRelevance, noDiversity, type Similarity } from "./diversity.js";
import type { Choice } from "./policies/policy.js";
import type { DecisionRequest } from "./request.js";
import { boosted, matchBoosts } from "./rules/boosts.js";
import {
  allowedByQuotas,
  countPlaced,
  openQuotas,
  type Quota,
  type Unmet,
  unmetQuotas,
  urgentQuotas,
} from "./rules/quotas.js";

/** A slate being filled from the top. Candidates are named by their index in the pool. */
export interface Slate {
  /** The candidates placed so far, by position. */
  placed: readonly number[];
  /** The pinned candidate that belongs to the next position; undefined when the choice is free. */
  pinned(): number | undefined;
  /** What may stand at the next position; undefined when nothing may. */
  choice(): Choice | undefined;
  /** A pinned candidate of a later position, to move up when nothing else may stand here. */
  nextPinned(): number | undefined;
  place(candidate: number): void;
  /** A candidate's score with its boosts. */
  score(candidate: number): number;
  /** The rules that the slate, as it stands, does not keep. */
  unmet(): Unmet[];
}

/** Opens an empty slate over eligible candidates. `expected` ranks them before boosts and diversity. */
export function openSlate(
  pool: readonly Candidate[],
  expected: ArrayLike<number>,
  request: DecisionRequest,
  config: DecideConfig,
  similarity?: Similarity,
): Slate {
  const { rules } = config;
  const boosts = matchBoosts(rules.boosts, pool, request.now);
  const scores = Float64Array.from(pool, (_, i) => boosted(expected[i]!, boosts[i]!));
  const diversity = openDiversity(pool, scores, config, similarity);
  const worth = (candidate: number, score: number) =>
    diversity.worth(candidate, boosted(score, boosts[candidate]!));
  const quotas = openQuotas(rules.quotas, pool, request.now);
  const { pins, missing } = findPins(rules.pins, pool, request.limit);
  const placed: number[] = [];
  /** Placed, or waiting for a pinned position. */
  const taken = new Uint8Array(pool.length);
  // A pinned item counts from the start: what stands above it must leave room for it.
  for (const [position, candidate] of pins) {
    taken[candidate] = 1;
    countPlaced(quotas, candidate, position);
  }

  const next = () => placed.length + 1;

  function freePlaces(last: number): number {
    let free = 0;
    for (let position = next(); position <= last; position++) if (!pins.has(position)) free++;
    return free;
  }

  function left({ groups }: Quota): number {
    let count = 0;
    for (let i = 0; i < pool.length; i++) if (taken[i] === 0 && groups[i]!.length > 0) count++;
    return count;
  }

  function eligible(): Int32Array {
    const position = next();
    const all = new Int32Array(pool.length);
    let count = 0;
    for (let i = 0; i < pool.length; i++)
      if (taken[i] === 0 && allowedByQuotas(quotas, i, position)) all[count++] = i;
    const allowed = all.subarray(0, count);
    const { urgent, crowded } = urgentQuotas(quotas, position, request.limit, freePlaces, left);
    if (urgent.length === 0) return allowed;
    const served = allowed.map((i) => urgent.filter(({ groups }) => groups[i]!.length > 0).length);
    const wanted = crowded ? served.reduce((most, some) => Math.max(most, some), 1) : 1;
    const serving = allowed.filter((_, k) => served[k]! >= wanted);
    return serving.length > 0 ? serving : allowed;
  }

  return {
    placed,
    pinned: () => pins.get(next()),
    nextPinned() {
      const position = Math.min(...pins.keys());
      const candidate = pins.get(position);
      if (candidate === undefined) return undefined;
      pins.delete(position);
      countPlaced(quotas, candidate, position, -1);
      pins.set(next(), candidate);
      countPlaced(quotas, candidate, next());
      return candidate;
    },
    choice() {
      const here = eligible();
      if (here.length === 0) return undefined;
      let best = here[0]!;
      let highest = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < here.length; i++) {
        const candidate = here[i]!;
        const value = diversity.worth(candidate, scores[candidate]!);
        if (value > highest) {
          highest = value;
          best = candidate;
        }
      }
      return { eligible: here, best, worth };
    },
    place(candidate) {
      const position = next();
      if (!pins.delete(position)) countPlaced(quotas, candidate, position);
      taken[candidate] = 1;
      placed.push(candidate);
      diversity.place(candidate);
    },
    score: (candidate) => scores[candidate]!,
    unmet: () => [...missing, ...unmetQuotas(quotas, placed)],
  };
}

function openDiversity(
  pool: readonly Candidate[],
  scores: Float64Array,
  { diversity: { lambda, similarity } }: DecideConfig,
  given: Similarity | undefined,
) {
  if (lambda === 1) return noDiversity;
  const chosen = similarity.type === "attribute" ? attributeSimilarity(similarity.attribute) : given;
  if (!chosen) {
    throw new HeedError(
      "similarity-unavailable",
      `diversity asks for the similarity "${similarity.type === "custom" ? similarity.name : ""}", and none was given`,
      'register it under this name at openHeed(), or use { type: "attribute" }',
    );
  }
  return marginalRelevance(pool, scores, lambda, chosen);
}

/** Pinned candidates by position, and the pins whose item may not be shown or is no candidate. */
function findPins(
  rules: DecideConfig["rules"]["pins"],
  pool: readonly Candidate[],
  limit: number,
): { pins: Map<number, number>; missing: Unmet[] } {
  const pins = new Map<number, number>();
  const missing: Unmet[] = [];
  for (const { item, position } of rules) {
    if (position > limit) continue;
    const candidate = pool.findIndex((one) => one.item === item);
    if (candidate >= 0) pins.set(position, candidate);
    else {
      const reason = `"${item}" is no eligible candidate`;
      missing.push({ rule: `pin ${position}`, wanted: 1, got: 0, reason });
    }
  }
  return { pins, missing };
}
