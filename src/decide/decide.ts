import { HeedError } from "../core/errors.js";
import { random } from "../core/random.js";
import type { ShownItem } from "../events/event.js";
import type { Candidate, Provenance } from "./candidate.js";
import type { DecideConfig } from "./config/decide.js";
import type { Similarity } from "./diversity.js";
import { openPolicy } from "./policies/index.js";
import type { Propensity } from "./policies/policy.js";
import { reasonFor } from "./reason.js";
import type { DecisionRequest } from "./request.js";
import { eligibility } from "./rules/eligible.js";
import type { Unmet } from "./rules/quotas.js";
import { openSlate } from "./slate.js";

/** One decided place of the slate. */
export interface Decided extends ShownItem {
  /** How many draws estimated the propensity; absent when it is exact. */
  draws?: number;
  /** What ranked it, boosts applied. */
  score: number;
  reason: string;
  sources: readonly Provenance[];
}

export interface Decision {
  /** By position, from 1. */
  items: Decided[];
  /** Rules that the slate could not keep, with what is missing. */
  unmet: Unmet[];
  /** Eligible candidates that were not shown. */
  remaining: number;
}

/**
 * Fills a slate from the top: at each position the rules say who may stand there given the items above, boosts and
 * diversity say what each is worth there, and the policy picks. A pure function: the same arguments give the same answer
 * to the bit, so a request is replayed by calling it again.
 *
 * A propensity is the probability of this item at this position given the items above it. When only a share of the
 * requests explores, nobody sees from outside whether this one does, so it is a mixture: the explorer's probability and
 * the best item's, weighted by how likely this request explores given the items above (Bayes' rule). It is exact but for
 * Thompson sampling.
 *
 * Candidates keep their order on ties; of two with one name the first counts. `similarity` serves a custom diversity.
 */
export function decide(
  request: DecisionRequest,
  candidates: readonly Candidate[],
  config: DecideConfig,
  similarity?: Similarity,
): Decision {
  checkRequest(request);
  const pool = admitted(request, candidates, config);
  const { expected, explorer } = openPolicy(config.policy, pool, request);
  const slate = openSlate(pool, expected, request, config, similarity);
  const choosing = random(request.seed, "decide", request.id);
  const share = explorer ? explorer.share * config.explore.traffic : 0;
  const explores = choosing.uniform() < share;
  /** The probability that this request explores, given the items above. */
  let exploring = share;
  const items: Decided[] = [];

  const place = (candidate: number, propensity: Propensity, pinned = false) => {
    const { item, sources } = pool[candidate]!;
    slate.place(candidate);
    items.push({
      item,
      position: items.length + 1,
      ...propensity,
      score: slate.score(candidate),
      reason: reasonFor(pool[candidate]!, pinned),
      sources,
    });
  };

  while (items.length < request.limit) {
    const pinned = slate.pinned();
    const choice = pinned === undefined ? slate.choice() : undefined;
    if (choice === undefined) {
      const fixed = pinned ?? slate.nextPinned();
      if (fixed === undefined) break;
      place(fixed, { propensity: 1 }, true);
      continue;
    }
    const position = items.length + 1;
    const { from, to } = config.explore;
    if (explorer === undefined || exploring === 0 || position < from || position > to) {
      place(choice.best, { propensity: 1 });
      continue;
    }
    const picked = explores ? explorer.policy.pick(choice, choosing) : choice.best;
    const own = explorer.policy.propensity(choice, picked, explores);
    const explored = exploring * own.propensity;
    const propensity = explored + (picked === choice.best ? 1 - exploring : 0);
    exploring = explored / propensity;
    place(picked, { ...own, propensity: Math.min(1, propensity) });
  }
  const remaining = pool.length - items.length;
  const short: Unmet[] =
    items.length < request.limit && remaining > 0
      ? [
          {
            rule: "limit",
            wanted: request.limit,
            got: items.length,
            reason: "a quota forbids all that is left",
          },
        ]
      : [];
  return { items, unmet: [...slate.unmet(), ...short], remaining };
}

/** The candidates that may be shown, each once, with a finite score. */
function admitted(
  request: DecisionRequest,
  candidates: readonly Candidate[],
  { rules }: DecideConfig,
): Candidate[] {
  const mayShow = eligibility(request, rules);
  const names = new Set<string>();
  return candidates.filter(({ item, score, facts }) => {
    if (!Number.isFinite(score) || names.has(item) || !mayShow(item, facts)) return false;
    names.add(item);
    return true;
  });
}

function checkRequest({ limit, now, id }: DecisionRequest): void {
  const refuse = (what: string, remedy: string) => new HeedError("decide-invalid", what, remedy);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1000))
    throw refuse(`limit is ${limit}`, "give a whole number from 1 to 1000");
  if (!Number.isFinite(now)) throw refuse(`now is ${now}`, "give milliseconds since 1970");
  if (id === "") throw refuse("the request has no id", "give every request an id of its own");
}
