import type { Config } from "../../../decide/index.js";
import type { Analytics } from "../../../store/index.js";
import type { ModelState } from "../../heed.js";
import type { ColdItems, Insight, KnownProblem } from "../../insight.js";
import type { Catalogue } from "../catalogue.js";
import { actionsOverTime } from "./actions.js";
import { type ExposureSums, nothingShown, outcomeActions, sumExposures } from "./exposure.js";
import { held } from "./held.js";
import { stateProblems } from "./problems.js";

export { rememberProblems } from "./problems.js";

/** An item is cold until it was shown so often: what is known of it by then is little. */
const coldBelow = 10;

export interface InsightParts {
  analytics: Analytics;
  config: Config;
  catalogue(project: string): Promise<Catalogue>;
  models(project: string): Promise<ModelState[]>;
  /** What was reported so far. */
  reported(): KnownProblem[];
  now(): number;
}

/** Answers what people ask of a log, from scans that are kept for some seconds. */
export function openInsight({ analytics, config, catalogue, models, reported, now }: InsightParts): Insight {
  const projectOf = (options?: { project?: string }) => options?.project ?? "default";
  const exposures = held(now, (project) => analytics.exposures({ project, actions: outcomeActions }));
  const outcomes = held(now, (project) => analytics.outcomes({ project }));
  const sums = held(now, async (project) => sumExposures(await exposures(project)));
  const whole = async (project: string) =>
    actionsOverTime(await outcomes(project), await exposures(project), { steps: 1 });

  return {
    async actions(options) {
      const { from, to, steps = 100 } = options ?? {};
      const project = projectOf(options);
      return actionsOverTime(await outcomes(project), await exposures(project), { from, to, steps });
    },
    async surfaces(options) {
      const { surfaces } = await sums(projectOf(options));
      return Object.entries(config.surfaces).map(([name, pipeline]) => ({
        name,
        slates: 0,
        ...nothingShown(),
        ...surfaces.get(name),
        pipeline,
      }));
    },
    async exposure(item, options) {
      const found = (await sums(projectOf(options))).items.get(item);
      const positions = [...(found?.positions ?? [])]
        .map(([position, shown]) => ({ position, ...shown }))
        .sort((a, b) => a.position - b.position);
      return { ...nothingShown(), ...found, positions };
    },
    async coldItems(options) {
      const project = projectOf(options);
      return coldItems(await sums(project), await catalogue(project), options?.limit ?? 100);
    },
    async problems(options) {
      const project = projectOf(options);
      const { last } = await whole(project);
      return [...stateProblems(await models(project), last, now()), ...reported()];
    },
  };
}

function coldItems({ all, items }: ExposureSums, catalogue: Catalogue, limit: number): ColdItems {
  const listed: ColdItems["cold"] = [];
  let count = 0;
  let neverShown = 0;
  for (const [item, facts] of catalogue.items()) {
    if (facts.hidden) continue;
    count++;
    const { shown, explored } = items.get(item) ?? nothingShown();
    if (shown === 0) neverShown++;
    if (shown >= coldBelow) continue;
    const { title, time } = facts;
    listed.push({
      item,
      shown,
      explored,
      ...(title !== undefined && { title }),
      ...(time !== undefined && { time }),
    });
  }
  listed.sort((a, b) => a.shown - b.shown || (b.time ?? "").localeCompare(a.time ?? ""));
  return {
    items: count,
    neverShown,
    coldBelow,
    coldCount: listed.length,
    shown: all.shown,
    explored: all.explored,
    exploredCold: listed.reduce((sum, { explored }) => sum + explored, 0),
    cold: listed.slice(0, limit),
  };
}
