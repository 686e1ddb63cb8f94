import { HeedError } from "../../core/errors.js";
import { streamKey } from "../../core/random.js";
import { checkCount } from "../check-numbers.js";
import { inParallel } from "./in-parallel.js";
import { checkSpace, drawSettings, gridSettings, type SearchSpace, type Settings } from "./space.js";
import { type Evaluation, openState, type SearchState } from "./state.js";

/** One configuration under trial. */
export interface Trial {
  number: number;
  settings: Settings;
  /** For whatever the trial draws at random: it depends on the search's seed and the trial's number alone. */
  seed: number;
}

/** How trials are chosen, and what each may cost. */
export type SearchMethod =
  | { kind: "grid"; budget?: number }
  | { kind: "random"; trials: number; budget?: number }
  | {
      /** Successive halving (Jamieson & Talwalkar 2016): all at the least budget, the best share of them at more. */
      kind: "halving";
      trials: number;
      /** Budget of the first round and the most of the last. */
      budget: { from: number; to: number };
      /** Each round keeps one in `factor` and gives it `factor` times the budget; the default is 3. */
      factor?: number;
    };

export interface SearchOptions {
  space: SearchSpace;
  method: SearchMethod;
  /**
   * Trains with the trial's settings and a budget (epochs, rows: what you like) and returns the figure on the validation
   * part. Test figures have no place here: a result with `test` is refused. NaN is a trial that diverged, and comes last.
   */
  evaluate(trial: Trial, budget: number): Promise<{ validation: number }>;
  /** The default is "maximize". */
  direction?: "maximize" | "minimize";
  /** The default is 1. */
  seed?: number;
  /** Evaluations at a time, 1 (the default) or 2: training uses all cores by itself. */
  workers?: 1 | 2;
  /** File that keeps what was found: a search that was killed goes on from it. */
  state?: string;
}

/** A trial with the last evaluation it had. */
export interface TrialResult extends Trial {
  budget: number;
  /** null where it diverged. */
  validation: number | null;
}

export interface SearchResult {
  best: TrialResult;
  /** All trials, best first; those with more budget go before those that were dropped earlier. */
  trials: TrialResult[];
  /** Evaluations of this run, and those it took from the state file. */
  evaluated: number;
  resumed: number;
}

/**
 * Searches hyperparameters on validation figures. The same seed finds the same trials in the same order, however often the
 * search is interrupted. If an evaluation fails the search ends with its error; what was found before is kept.
 */
export async function searchHyperparameters(options: SearchOptions): Promise<SearchResult> {
  const { space, method, direction = "maximize", seed = 1, workers = 1, state: path } = options;
  checkSpace(space);
  const rounds = roundsOf(method);
  if (workers !== 1 && workers !== 2)
    throw new HeedError("search", `workers is ${workers}`, "give 1 or 2: training uses all cores by itself");
  const trials = trialsOf(space, method, seed);
  const state = await openState(path, { space, method, direction, seed });
  let evaluated = 0;
  const run = async (trial: Trial, budget: number): Promise<TrialResult> => {
    let found = state.find(trial.number, budget);
    if (!found) {
      found = await evaluateOnce(options, trial, budget, state);
      evaluated++;
    }
    return { ...trial, budget, validation: found.validation };
  };

  const better = (a: TrialResult, b: TrialResult) => compare(a, b, direction);
  const dropped: TrialResult[] = [];
  let standing: TrialResult[] = [];
  let entrants: Trial[] = trials;
  for (const [round, budget] of rounds.entries()) {
    standing = (await inParallel(entrants, workers, (trial) => run(trial, budget))).sort(better);
    if (round === rounds.length - 1) break;
    const kept = Math.max(1, Math.floor(standing.length / factorOf(method)));
    dropped.unshift(...standing.slice(kept));
    entrants = standing.slice(0, kept).sort((a, b) => a.number - b.number);
  }
  return { best: standing[0]!, trials: [...standing, ...dropped], evaluated, resumed: state.resumed };
}

async function evaluateOnce(
  { evaluate }: SearchOptions,
  trial: Trial,
  budget: number,
  state: SearchState,
): Promise<Evaluation> {
  const start = performance.now();
  const result = await evaluate(trial, budget);
  if ("test" in result) {
    throw new HeedError(
      "search-on-test",
      `trial ${trial.number} returned a test figure`,
      "choose on validation figures, and measure the test once, for the best trial",
    );
  }
  if (typeof result.validation !== "number")
    throw new HeedError(
      "search",
      `trial ${trial.number} returned no validation figure`,
      "return { validation }",
    );
  const evaluation = {
    trial: trial.number,
    budget,
    validation: Number.isNaN(result.validation) ? null : result.validation,
    seconds: (performance.now() - start) / 1000,
  };
  await state.keep(evaluation);
  return evaluation;
}

function trialsOf(space: SearchSpace, method: SearchMethod, seed: number): Trial[] {
  const trial = (number: number, settings: Settings) => ({
    number,
    settings,
    seed: streamKey(seed, "trial", number),
  });
  if (method.kind === "grid") return gridSettings(space).map((settings, number) => trial(number, settings));
  checkCount("search", "trials", method.trials);
  return Array.from({ length: method.trials }, (_, number) =>
    trial(number, drawSettings(space, seed, number)),
  );
}

function factorOf(method: SearchMethod): number {
  return method.kind === "halving" ? (method.factor ?? 3) : 1;
}

/** The budget of each round. */
function roundsOf(method: SearchMethod): number[] {
  if (method.kind === "grid" || method.kind === "random") return [method.budget ?? 1];
  if (method.kind !== "halving") {
    const { kind } = method as { kind: string };
    throw new HeedError(
      "search",
      `there is no search method "${kind}"`,
      "the methods are grid, random and halving",
    );
  }
  const { from, to } = method.budget;
  const factor = factorOf(method);
  if (!(from > 0 && Number.isFinite(to) && from <= to))
    throw new HeedError(
      "search",
      `the budget runs from ${from} to ${to}`,
      "give two numbers above 0, the smaller first",
    );
  if (!(factor > 1)) throw new HeedError("search", `factor is ${factor}`, "give a number above 1, such as 3");
  const rounds: number[] = [];
  for (let budget = from; budget < to; budget *= factor) rounds.push(budget);
  return [...rounds, to];
}

/** Best first; diverged trials last; trials of equal figures by number. */
function compare(a: TrialResult, b: TrialResult, direction: "maximize" | "minimize"): number {
  if (a.validation === null || b.validation === null) {
    return Number(a.validation === null) - Number(b.validation === null) || a.number - b.number;
  }
  const difference = direction === "maximize" ? b.validation - a.validation : a.validation - b.validation;
  return difference || a.number - b.number;
}
