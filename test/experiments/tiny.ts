import type { Expectation, Experiment } from "../../src/experiments/index.js";
import { cellMaker } from "../../src/experiments/training/cells.js";
import { ctrFamily } from "../../src/experiments/training/families/ctr.js";

const data = "movietweetings-100k";

function expectation(metric: string, bounds: Partial<Expectation>): Expectation {
  return {
    dataset: data,
    model: "fm",
    metric,
    published: 0.5,
    source: "a test",
    baseline: "click-rate",
    ...bounds,
  };
}

/** A real experiment that takes seconds: two seeds of FM on the first ratings of the sample. */
export function tinyExperiment(expectations: readonly Expectation[] = []): Experiment {
  return {
    slug: "tiny",
    title: "FM on a few ratings",
    protocol: "the first ratings, three epochs",
    reduced: "one epoch",
    cells(quick) {
      const maker = cellMaker(ctrFamily, data, { rows: 300, epochs: quick ? 1 : 3 });
      const seeds = quick ? [1] : [1, 2];
      return [maker.untrained("click-rate"), ...seeds.map((seed) => maker.trained("fm", seed))];
    },
    expectations: [expectation("auc", { least: 0.2 }), expectation("logLoss", {}), ...expectations],
  };
}

export { data as tinyData, expectation as tinyExpectation };
