import { type BanditLog, dataFolder, importers } from "../../data/index.js";
import { bootstrap, mean, overlap, snips } from "../../evaluate/index.js";
import type { Cell, Expectation } from "../experiment.js";
import { exactly } from "../figure-table.js";

const dataset = "obd-small";
const model = "thompson from random";

/** The click rate that the Thompson policy had: what the estimate from the random policy's log must not exclude. */
const truth = 0.0069;

/** Judges a policy that was live by the log of another, whose probabilities are known. */
export const banditCell: Cell = {
  dataset,
  model,
  seed: null,
  needs: [dataset],
  settings: {},
  async run() {
    const start = performance.now();
    const { random, thompson } = importers[dataset].load(dataFolder(dataset));
    const log = { rewards: random.click, logged: random.propensity, evaluated: shares(thompson, random) };
    const { mean: value, ...interval } = snips(log, { unit: "rows" });
    const { mean: logged, ...around } = bootstrap(random.click, { unit: "rows" });
    const figures = {
      snips: { value, ...interval },
      "click rate logged": { value: logged, ...around },
      "click rate live": { value: mean(thompson.click) },
      "effective sample size": { value: overlap(log).effectiveSampleSize },
    };
    return { figures, seconds: (performance.now() - start) / 1000 };
  },
};

/** How often a policy showed the item of each row at its position, as a share of what it showed there. */
function shares(policy: BanditLog, rows: BanditLog): Float64Array {
  const shown = new Map<string, number>();
  const count = (key: string) => shown.set(key, (shown.get(key) ?? 0) + 1);
  policy.item.forEach((item, i) => {
    count(`${policy.position[i]}`);
    count(`${policy.position[i]} ${item}`);
  });
  return Float64Array.from(rows.item, (item, i) => {
    const position = rows.position[i]!;
    return (shown.get(`${position} ${item}`) ?? 0) / (shown.get(`${position}`) ?? 1);
  });
}

const common = { dataset, model, source: "measured by an independent program" };

export const banditExpectations: readonly Expectation[] = [
  { ...common, metric: "snips", published: 0.0057 },
  { ...common, metric: "effective sample size", published: 2890 },
  { ...common, metric: "click rate logged", published: 0.0046 },
  { ...common, metric: "click rate live", published: truth },
  {
    ...common,
    metric: "interval holds the live rate",
    published: 1,
    least: 1,
    source: `the 95 % interval of SNIPS contains ${truth}`,
    measure(table) {
      const { low, high } = table.of(dataset, model, "snips") ?? { low: null, high: null };
      return low === null || high === null ? null : exactly(low <= truth && truth <= high ? 1 : 0);
    },
  },
];
