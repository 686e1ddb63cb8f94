import { HeedError } from "../../core/errors.js";
import { row, rowsOf, type SequenceColumn } from "../../data/index.js";
import { historyFeed, type SequenceModel } from "../../models/index.js";
import {
  type Feeds,
  type FitOptions,
  type Fitted,
  fit,
  type Network,
  type Progress,
} from "../../train/index.js";
import {
  type Calibration,
  type CalibrationOptions,
  calibrationDefaults,
  openCalibration,
} from "./calibration.js";
import { type Compensation, compensate, initialState, weightOf } from "./user-weights.js";

export interface LorecOptions
  extends Pick<
    FitOptions,
    "optimizer" | "learningRate" | "epochs" | "metrics" | "monitor" | "patience" | "signal"
  > {
  seed: number;
  batchSize: number;
  /** Histories are cut to it. */
  length: number;
  /** Options of the recommender that differ from its defaults. */
  options?: Readonly<Record<string, unknown>>;
  /** Training sequences that are known to be fakes, or made as such by an attack. */
  fakes: readonly Int32Array[];
  /** Text views of the users in their order, then of the fakes; null for an account without one. */
  views?: readonly (Float32Array | null)[] | undefined;
  /** The first epoch whose loss is weighted; the default is 6. */
  start?: number;
  /** States move every so many epochs up to `start`, and every twice as many after it; the default is 2. */
  every?: number;
  /** Passes of the calibrator after each epoch; the default is 2. */
  passes?: number;
  /** What differs from `calibrationDefaults`. */
  calibrator?: Partial<Omit<CalibrationOptions, "length" | "width" | "view" | "seed">>;
  report?: (progress: Progress) => void;
}

/** One account whose standing moved. */
export interface WeightChange {
  account: number;
  score: number;
  state: number;
  before: number;
  after: number;
}

/** One update of the states: why each weight is what it is, as plain data. */
export interface WeightUpdate {
  epoch: number;
  /** A third or more was flagged: nothing moved, and the next epoch tries again. */
  postponed: boolean;
  flagged: number;
  /** Flagged accounts, and all whose weight was or is below 1. All others only gained a little. */
  changes: WeightChange[];
}

export interface Guarded extends Fitted {
  /** By user: the state, and the weight of their loss (at most about 1.05). */
  states: Float64Array;
  weights: Float64Array;
  trail: WeightUpdate[];
}

/**
 * Trains a sequence model so that fake accounts count less (LoRec, arXiv:2401.17723): after each epoch a calibrator learns
 * to tell fakes from users by what the recommender makes of them and what a text view says of them, and every few epochs
 * its scores move the users' states, of which the weights of their losses follow. No account is removed.
 * The calibrator is not in the recommender's checkpoint, so a run that was broken off starts anew.
 * Errors: "lorec" for a model whose loss has no weights, views that do not fit, and options that cannot be meant.
 */
export async function trainGuarded(
  model: SequenceModel,
  train: SequenceColumn,
  options: LorecOptions,
): Promise<Guarded> {
  checkAccounts(model, train, options);
  const { seed, batchSize, length, start = 6, every = 2, passes = 2, options: given = {} } = options;
  for (const [name, value] of Object.entries({ start, every, passes })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new HeedError("lorec", `${name} is ${value}`, "give a whole number from 1");
  }
  const users = Array.from({ length: rowsOf(train) }, (_, user) => row(train, user));
  // Read by every epoch's batches, so they are written in place.
  const weights = new Float64Array(users.length).fill(1);
  const inner = model.training(train, { length, batchSize, seed, weights, options: given });
  const watch: { calibration?: Calibration; overdue: boolean; states: Float64Array; trail: WeightUpdate[] } =
    {
      overdue: false,
      states: new Float64Array(users.length).fill(initialState),
      trail: [],
    };

  async function afterEpoch(epoch: number, network: Network): Promise<void> {
    watch.calibration ??= await openCalibration(
      { users, fakes: options.fakes, views: options.views },
      await calibrationOptions(options, network),
    );
    const { calibration, states } = watch;
    for (let pass = 0; pass < passes; pass++) await calibration.pass(network);
    if (!watch.overdue && epoch % (epoch <= start ? every : 2 * every) !== 0) return;
    const scores = await calibration.scores(network);
    const moved = compensate(states, scores);
    watch.trail.push(updateOf(epoch, scores, states, moved));
    watch.states = moved.states;
    watch.overdue = moved.postponed;
  }

  const training = fit(model.trainable({ items: train.size - 1, length, weighted: true }, given), {
    ...fitOptions(options),
    async *batches(epoch, network) {
      if (epoch > 1) await afterEpoch(epoch - 1, network);
      if (epoch >= start) weights.set(watch.states.map((state) => weightOf(state)));
      for await (const feeds of inner(epoch, network)) yield weighted(model, feeds);
    },
  });
  try {
    for await (const progress of training) options.report?.(progress);
    const { states, trail } = watch;
    return { ...(await training.finish()), states, weights: states.map((state) => weightOf(state)), trail };
  } finally {
    await watch.calibration?.release();
  }
}

/** The batch, if its losses are weighted: those of a model that makes batches of its own may not be. */
function weighted(model: SequenceModel, feeds: Feeds): Feeds {
  if ("targets.weights" in feeds) return feeds;
  throw new HeedError(
    "lorec",
    `the batches of ${model.name} carry no weights of users`,
    "give a model that trains on the next item with plain batches, such as sasrec or gru4rec",
  );
}

function updateOf(
  epoch: number,
  scores: Float64Array,
  states: Float64Array,
  { states: moved, flagged, postponed }: Compensation,
): WeightUpdate {
  const suspects = new Set(flagged);
  const changes = Array.from(scores, (score, account): WeightChange => {
    const state = moved[account]!;
    return { account, score, state, before: weightOf(states[account]!), after: weightOf(state) };
  }).filter(({ account, before, after }) => suspects.has(account) || before < 1 || after < 1);
  return { epoch, postponed, flagged: flagged.length, changes: postponed ? [] : changes };
}

function fitOptions(options: LorecOptions): Omit<FitOptions, "batches"> {
  const { optimizer, learningRate, epochs, seed, metrics, monitor, patience, signal } = options;
  return {
    optimizer,
    learningRate,
    epochs,
    seed,
    embeddings: "exact",
    ...(metrics && { metrics }),
    ...(monitor && { monitor }),
    ...(patience !== undefined && { patience }),
    ...(signal && { signal }),
  };
}

/** The calibrator's sizes; the width of the recommender is asked of the network. */
async function calibrationOptions(options: LorecOptions, network: Network): Promise<CalibrationOptions> {
  const { states } = await network.probe(historyFeed([new Int32Array(0)], options.length));
  return {
    ...calibrationDefaults,
    ...options.calibrator,
    length: options.length,
    width: 2 * states!.shape[2]!,
    view: viewLength(options.views),
    seed: options.seed,
  };
}

function viewLength(views: LorecOptions["views"]): number | null {
  return views?.find((view) => view !== null)?.length ?? null;
}

function checkAccounts(model: SequenceModel, train: SequenceColumn, options: LorecOptions): void {
  const refuse = (what: string, remedy: string): never => {
    throw new HeedError("lorec", what, remedy);
  };
  const { fakes, views } = options;
  if (model.task !== "sequence")
    refuse(
      `${model.name} solves the task "${model.task}", whose loss has no weight for each user`,
      'give a model of the task "sequence", such as sasrec',
    );
  if (fakes.length === 0)
    refuse("there are no fakes to learn from", "make some with an attack, such as random");
  const accounts = rowsOf(train) + fakes.length;
  if (views && views.length !== accounts)
    refuse(
      `${views.length} views for ${accounts} accounts`,
      "give one a user and fake, null where there is none",
    );
  const expected = viewLength(views);
  const odd = views?.findIndex((view) => view !== null && view.length !== expected) ?? -1;
  if (odd >= 0)
    refuse(`view ${odd} has ${views![odd]!.length} values, others ${expected}`, "give views of one length");
}
