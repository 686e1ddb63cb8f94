import { HeedError } from "../../core/errors.js";
import type { Random } from "../../core/random.js";
import type { Candidate } from "../candidate.js";
import type { Posterior as PosteriorConfig } from "../config/decide.js";
import { betaSampler } from "./beta.js";

/** What is believed of a candidate's mean reward. */
export interface Posterior {
  mean: number;
  deviation: number;
  draw(random: Random): number;
}

/** The prior updated with the candidate's evidence, in closed form (Gelman et al., Bayesian Data Analysis, ch. 2). */
export function posterior(config: PosteriorConfig, candidate: Candidate): Posterior {
  return config.type === "beta" ? betaPosterior(config, candidate) : gaussianPosterior(config, candidate);
}

/**
 * Rewards of 0 or 1: Beta(a, b) after s successes in n showings is Beta(a + s, b + n - s). Clicks can come from elsewhere
 * than from slates, so there may be more successes than showings; then there were no failures.
 */
function betaPosterior(
  { mean, strength }: Extract<PosteriorConfig, { type: "beta" }>,
  candidate: Candidate,
): Posterior {
  const { count, total } = evidenceOf(candidate);
  if (total < 0) throw badEvidence(candidate);
  const expected = mean === "score" ? candidate.score : mean;
  if (!(expected > 0 && expected < 1)) {
    throw new HeedError(
      "decide-invalid",
      `"${candidate.item}" scores ${expected}, which is no prior mean of a Beta posterior`,
      'let the model score probabilities between 0 and 1, or set policy.posterior to a number as "mean"',
    );
  }
  const a = expected * strength + total;
  const b = (1 - expected) * strength + Math.max(0, count - total);
  const center = a / (a + b);
  const deviation = Math.sqrt((center * (1 - center)) / (a + b + 1));
  return { mean: center, deviation, draw: betaSampler(a, b) };
}

/** Rewards around an unknown mean with known variance: precisions add, means are weighted by them. */
function gaussianPosterior(
  { mean, variance, noise }: Extract<PosteriorConfig, { type: "gaussian" }>,
  candidate: Candidate,
): Posterior {
  const { count, total } = evidenceOf(candidate);
  const precision = 1 / variance + count / noise;
  const center = ((mean === "score" ? candidate.score : mean) / variance + total / noise) / precision;
  const deviation = Math.sqrt(1 / precision);
  return { mean: center, deviation, draw: (random) => center + deviation * random.normal() };
}

function evidenceOf(candidate: Candidate) {
  const { count, total } = candidate.evidence ?? { count: 0, total: 0 };
  if (!(count >= 0 && Number.isFinite(count) && Number.isFinite(total))) throw badEvidence(candidate);
  return { count, total };
}

function badEvidence({ item, evidence }: Candidate): HeedError {
  return new HeedError(
    "decide-invalid",
    `"${item}" has evidence of count ${evidence?.count}, total ${evidence?.total}`,
    "give finite numbers, the count not negative, and for a Beta posterior no negative total",
  );
}
