import { HeedError, nearest } from "../core/errors.js";
import { catalogue } from "./catalogue.js";
import type { Experiment } from "./experiment.js";
import { autoIntExperiment } from "./reproductions/autoint.js";
import { barsCtr } from "./reproductions/bars-ctr.js";
import { icsRecExperiment } from "./reproductions/icsrec.js";
import { lorecExperiment } from "./reproductions/lorec.js";
import { mmhclExperiment } from "./reproductions/mmhcl.js";
import { mqsaTedExperiment } from "./reproductions/mqsa-ted.js";
import { outRank } from "./reproductions/outrank.js";
import { recEvalSurvey } from "./reproductions/rec-eval-survey.js";
import { sequentialBaselines } from "./reproductions/sequential-baselines.js";
import { uditsrExperiment } from "./reproductions/uditsr.js";

/** Every experiment that `heed reproduce` knows. A new one is its file and its place in this list. */
export const experiments: readonly Experiment[] = [
  barsCtr,
  autoIntExperiment,
  outRank,
  recEvalSurvey,
  sequentialBaselines,
  icsRecExperiment,
  mqsaTedExperiment,
  lorecExperiment,
  mmhclExperiment,
  uditsrExperiment,
];

/** The experiment of a name. Errors: "unknown" with the nearest name; "no-experiment" for a system without one yet. */
export function experimentOf(slug: string): Experiment {
  const experiment = experiments.find((known) => known.slug === slug);
  if (experiment) return experiment;
  const known = experiments.map((each) => each.slug);
  const all = `the experiments are ${known.join(", ")}`;
  if (catalogue.some((system) => system.slug === slug))
    throw new HeedError("no-experiment", `${slug} has no experiment yet`, all);
  const near = nearest(slug, [...new Set([...known, ...catalogue.map((system) => system.slug)])]);
  throw new HeedError(
    "unknown",
    `there is no system "${slug}"`,
    near ? `did you mean "${near}"? ${all}` : all,
  );
}
