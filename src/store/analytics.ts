/** Strings as numbers: row `i` is `values[codes[i]]`; -1 where there is none. */
export interface Coded {
  codes: Int32Array;
  values: readonly string[];
}

/** What people did to items, one row an event, in order of log position. */
export interface Outcomes {
  length: number;
  position: Float64Array;
  at: Float64Array;
  user: Coded;
  item: Coded;
  action: Coded;
  /** NaN where there is none. */
  value: Float64Array;
}

/** What was shown, one row an item of a slate. */
export interface Exposures {
  length: number;
  /** Log position and skew-corrected time of the impression. */
  position: Float64Array;
  at: Float64Array;
  user: Coded;
  slate: Coded;
  surface: Coded;
  model: Coded;
  item: Coded;
  /** Place in the slate, from 1. */
  rank: Int32Array;
  propensity: Float64Array;
  /** By action: how many outcomes named this slate and item within the window, and the sum of their values. */
  outcomes: Readonly<Record<string, { count: Int32Array; sum: Float64Array }>>;
}

/** A counter as it stood, for every row: `last` is NaN where the count is 0. */
export interface CounterColumns {
  count: Int32Array;
  sum: Float64Array;
  last: Float64Array;
}

/**
 * Exposures with the past as it was visible when they were made: events committed before the impression (a smaller log
 * position, merges included) whose skew-corrected time is not later than the impression's.
 */
export interface Examples extends Exposures {
  /** Row `i`'s history is `offsets[i] .. offsets[i + 1]`, in order of (at, position); rows of one slate share one. */
  history: {
    offsets: Float64Array;
    lengths: Int32Array;
    item: Coded;
    action: Coded;
    at: Float64Array;
    value: Float64Array;
  };
  userCounters: Readonly<Record<string, CounterColumns>>;
  itemCounters: Readonly<Record<string, CounterColumns>>;
}

/** The part of the log to scan. */
export interface Scan {
  project: string;
  /** Positions above this one; default from the beginning. */
  after?: number;
  /** Positions up to this one; default to the end. */
  upTo?: number;
  /** Skew-corrected time, in milliseconds: `from <= at < to`. */
  from?: number;
  to?: number;
}

export interface ExposureScan extends Scan {
  surface?: string;
  /** The outcomes to count; default click. */
  actions?: readonly string[];
  /** An outcome belongs to its exposure when it happened at most so long after it, in milliseconds; default 24 h. */
  window?: number;
}

export interface ExampleScan extends ExposureScan {
  /** At most so many past events a row; default 50. */
  history?: number;
  /** Actions that make up the history; default all but impressions. */
  historyActions?: readonly string[];
  /** Counters to give, by action; default none. */
  userCounters?: readonly string[];
  itemCounters?: readonly string[];
}

/**
 * The whole log as columns, for training and for judging. Users are what their ids were merged into.
 * The contract is `analyticsContract` of heed/testing.
 */
export interface Analytics {
  readonly specification: "analytics/1";
  outcomes(scan: Scan & { actions?: readonly string[] }): Promise<Outcomes>;
  exposures(scan: ExposureScan): Promise<Exposures>;
  examples(scan: ExampleScan): Promise<Examples>;
  /** Users who were shown something that chance had a part in, a propensity below 1; in order of their names. */
  explored(scan: Scan): Promise<string[]>;
  /** Events a user or item, most first (ties by id): what is popular, who is active. */
  top(
    scan: Scan & { by: "user" | "item"; actions?: readonly string[]; limit: number },
  ): Promise<{ id: string; count: number }[]>;
  /** Outcomes that name a slate nobody logged: kept, and left out of exposures. */
  lost(scan: Scan): Promise<{ slate: string; outcomes: number }[]>;
}
