import { random } from "../core/random.js";
import { overrideSurface } from "./config/experiments.js";
import type { Experiment, Surface } from "./config/schema.js";

/**
 * A user's variant: the same for every request, until the salt changes. Each variant gets a hash of (salt, user, variant)
 * as a lot, weighted so that it wins in proportion to its weight (weighted rendezvous hashing: Thaler and Ravishankar
 * 1998). The order of the variants changes nothing, and raising a weight only moves users into that variant.
 */
export function assignVariant(name: string, { salt = name, variants }: Experiment, user: string): string {
  let assigned = "";
  let shortest = Number.POSITIVE_INFINITY;
  for (const [variant, { weight }] of Object.entries(variants)) {
    // The waiting time of an exponential clock with this rate; the first to ring wins.
    const waiting = -Math.log(1 - random(0, "experiment", salt, user, variant).uniform()) / weight;
    if (waiting < shortest || (waiting === shortest && variant < assigned)) {
      shortest = waiting;
      assigned = variant;
    }
  }
  return assigned;
}

/** A surface as one user meets it. */
export interface AssignedSurface {
  surface: Surface;
  /** "experiment:variant", several joined by commas, as it is logged; absent without experiments. */
  variant?: string;
}

/** Opens a surface's experiments: for a user, the surface with the overrides of the user's variants. */
export function openExperiments(surface: Surface): (user: string) => AssignedSurface {
  const experiments = Object.entries(surface.experiments).sort(([a], [b]) => (a < b ? -1 : 1));
  if (experiments.length === 0) return () => ({ surface });
  /** One entry for each combination of variants, so bounded by the configuration. */
  const combinations = new Map<string, AssignedSurface>();
  return (user) => {
    const assigned = experiments.map(([name, experiment]) => ({
      name,
      variant: assignVariant(name, experiment, user),
      experiment,
    }));
    const label = assigned.map(({ name, variant }) => `${name}:${variant}`).join(",");
    let met = combinations.get(label);
    if (!met) {
      const overrides = assigned.map(({ variant, experiment }) => experiment.variants[variant]!.override);
      met = { surface: overrideSurface(surface, overrides), variant: label };
      combinations.set(label, met);
    }
    return met;
  };
}
