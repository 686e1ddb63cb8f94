import { random } from "../../core/random.js";
import type { Candidate } from "../candidate.js";
import type { PolicyConfig } from "../config/decide.js";
import type { DecisionRequest } from "../request.js";
import { epsilonGreedy } from "./epsilon-greedy.js";
import type { Policy } from "./policy.js";
import { posterior } from "./posterior.js";
import { softmax } from "./softmax.js";
import { thompson } from "./thompson.js";
import { uniform } from "./uniform.js";

/** A configured policy, ready to decide over candidates. */
export interface OpenPolicy {
  /** What ranks the candidates where the policy does not explore. */
  expected: ArrayLike<number>;
  /** How a request that explores picks, and the share of requests that do; absent when none does. */
  explorer?: { policy: Policy; share: number };
}

/** Opens the policy of a configuration; a new policy is one file beside this and one case here. */
export function openPolicy(
  config: PolicyConfig,
  candidates: readonly Candidate[],
  request: DecisionRequest,
): OpenPolicy {
  const scores = candidates.map(({ score }) => score);
  switch (config.type) {
    case "greedy":
      return { expected: scores };
    case "uniform":
      return { expected: scores, explorer: { policy: uniform(), share: 1 } };
    case "epsilon-greedy":
      // A whole slate at random with probability epsilon is a uniform policy for that share of the requests.
      return config.unit === "slate"
        ? { expected: scores, explorer: { policy: uniform(), share: config.epsilon } }
        : { expected: scores, explorer: { policy: epsilonGreedy(config.epsilon), share: 1 } };
    case "softmax":
      return { expected: scores, explorer: { policy: softmax(scores, config.temperature), share: 1 } };
    case "thompson": {
      const posteriors = candidates.map((candidate) => posterior(config.posterior, candidate));
      const estimating = random(request.seed, "propensity", request.id);
      return {
        expected: posteriors.map(({ mean }) => mean),
        explorer: { policy: thompson(posteriors, config, estimating), share: 1 },
      };
    }
  }
}
