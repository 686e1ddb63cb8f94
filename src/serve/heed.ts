import type { HeedEvent, Rejection, ShownItem } from "../events/event.js";
import type { Attribute, Item, User, UserChange } from "./entities.js";
import type { Insight } from "./insight.js";
import type { ModelState, RetrievalState, TrainingOptions, TrainingReport } from "./model-state.js";

export type { Attribute, Item, User, UserChange } from "./entities.js";
export type {
  ComparedModel,
  ModelState,
  RetrievalState,
  TrainingOptions,
  TrainingReport,
} from "./model-state.js";

export interface RecommendOptions {
  /** The surface that asks; the default is "home". */
  surface?: string;
  limit?: number;
  /** How many of the best places to leave out, neither shown nor logged: the answer begins behind them. Default 0. */
  offset?: number;
  /** Items never to be shown in this answer. */
  exclude?: readonly string[];
  /** Conditions on item attributes: each must hold; a list means "one of". */
  filter?: Readonly<Record<string, Attribute | readonly Attribute[]>>;
  context?: Readonly<Record<string, unknown>>;
  /** From the previous answer: go on after it without repeating an item. */
  cursor?: string;
}

export interface Recommendation extends ShownItem {
  score: number;
  reason: string;
  title?: string | undefined;
}

/** What was decided for one request; the same was handed to the log as an impression whose slate is `request`. */
export interface Slate {
  request: string;
  surface: string;
  /** The model, rule or fall-back that decided. */
  model: string;
  /** The experiment's variant the user is in, when the surface runs one. */
  variant?: string | undefined;
  items: Recommendation[];
  /** Give it to the next call for the next page; absent when nothing is left. */
  cursor?: string | undefined;
}

export interface ScoredItem {
  item: string;
  score: number;
  title?: string | undefined;
}

export interface RecordResult {
  accepted: number;
  duplicates: number;
  rejected: Rejection[];
}

/** Some of the log, in its order. */
export interface EventPage {
  events: HeedEvent[];
  /** Position to go on after; absent where the log ends for now. */
  next?: number;
  /** The greatest position in the log: what is stored later has a greater one. */
  head: number;
}

/** Everything a user left behind, for export. */
export interface UserExport {
  user: User | null;
  /** Ids that were merged into this user. */
  merged: string[];
  events: object[];
}

/** Which events a listener hears; without a filter, all of the default project. */
export interface TailFilter {
  project?: string;
  user?: string;
  actions?: readonly string[];
}

/**
 * Heed in process: everything that HTTP offers is a method here. `project` is the tenant; the default project is "default".
 * Methods reject with a HeedError whose code is stable; an acknowledged write is durable. Codes that callers may rely on:
 * "invalid" and "...-invalid" (what was given is malformed), "unknown-..." (no such user, item, surface, request), "conflict" (it
 * contradicts what is there), "busy" (a queue is full: nothing was written, try again shortly), "disk-full", "unavailable" and
 * "...-unavailable" (not now). Any other code means that Heed itself failed.
 */
export interface Heed {
  /**
   * Judges events one by one and keeps what is well formed. `sent` is when the sender sent them by its own clock, in
   * milliseconds: it shows how far that clock is off.
   */
  record(events: readonly unknown[], options?: { project?: string; sent?: number }): Promise<RecordResult>;
  putItems(items: readonly Item[], options?: { project?: string }): Promise<number>;
  getItem(item: string, options?: { project?: string }): Promise<Item | null>;
  listItems(options?: {
    project?: string;
    limit?: number;
    cursor?: string;
  }): Promise<{ items: Item[]; cursor?: string }>;
  deleteItem(item: string, options?: { project?: string }): Promise<boolean>;
  /** Creates or replaces users; an id that was merged stands for its user. */
  putUsers(users: readonly User[], options?: { project?: string }): Promise<number>;
  /**
   * Adds to what is known of users, all or nothing; changes made at the same moment lose nothing of each other. Attributes
   * that the configuration does not know, or knows as another type, are left out.
   */
  changeUsers(changes: readonly UserChange[], options?: { project?: string }): Promise<void>;
  getUser(user: string, options?: { project?: string }): Promise<User | null>;
  listUsers(options?: {
    project?: string;
    limit?: number;
    cursor?: string;
  }): Promise<{ users: User[]; cursor?: string }>;
  /** A user's events, newest last. */
  userEvents(
    user: string,
    options?: { project?: string; limit?: number; actions?: readonly string[] },
  ): Promise<object[]>;
  /** What was done with an item, newest last. */
  itemEvents(
    item: string,
    options?: { project?: string; limit?: number; actions?: readonly string[] },
  ): Promise<object[]>;
  /**
   * Everybody's events in the order in which they were stored, a page at a time: `after` is the `next` of the page before.
   * Events of a merged user are that user's. Limit 1,000 unless told. A page of some `actions` only may be short, or empty, and
   * still have a `next`: a call looks at a bounded part of the log.
   */
  readEvents(options?: {
    project?: string;
    after?: number;
    limit?: number;
    actions?: readonly string[];
  }): Promise<EventPage>;
  recommend(user: string, options?: RecommendOptions & { project?: string }): Promise<Slate>;
  /** The answer that was given to a request, as it was logged. */
  replay(request: string, options?: { project?: string }): Promise<Slate | null>;
  similar(item: string, options?: { project?: string; limit?: number }): Promise<ScoredItem[]>;
  /** Orders given items for a user, best first; unknown items are an error that names them. */
  rank(
    user: string,
    items: readonly string[],
    options?: { project?: string; context?: Readonly<Record<string, unknown>> },
  ): Promise<{ model: string; items: ScoredItem[] }>;
  /** Items whose text matches, best first. */
  search(query: string, options?: { project?: string; limit?: number; user?: string }): Promise<ScoredItem[]>;
  /** What most people like now; `category` narrows it. */
  popular(options?: { project?: string; limit?: number; category?: string }): Promise<ScoredItem[]>;
  /** The newest items. */
  latest(options?: { project?: string; limit?: number; category?: string }): Promise<ScoredItem[]>;
  /** Recommendations from items of a session alone, for somebody unknown. */
  recommendSession(
    items: readonly string[],
    options?: { project?: string; limit?: number },
  ): Promise<ScoredItem[]>;
  /**
   * From now on `anonymous` is `user`: histories are joined, later events of either belong to `user`. An id that already
   * belongs to somebody else is a conflict; repeating a merge is harmless.
   */
  merge(anonymous: string, user: string, options?: { project?: string }): Promise<void>;
  exportUser(user: string, options?: { project?: string }): Promise<UserExport>;
  /** Erases a user everywhere and leaves a tombstone, so that late arrivals are refused. */
  eraseUser(user: string, options?: { project?: string }): Promise<{ events: number }>;
  /** The models of the configuration: what serves, how it compared, what is being trained. */
  models(options?: { project?: string }): Promise<ModelState[]>;
  /** How the open models of all projects find their best items. */
  retrieval(): (RetrievalState & { project: string; name: string })[];
  /**
   * Begins to train a model on everything in the log, in a process of its own; what wins serves from then on. One training at
   * a time: another one is a "conflict". `finished` rejects when it fails; what served before goes on serving.
   */
  train(
    name: string,
    options?: TrainingOptions & { project?: string },
  ): Promise<{ finished: Promise<TrainingReport> }>;
  /** Puts a kept version in charge, from the next request on; the one before can be rolled back to. */
  promote(name: string, version: number, options?: { project?: string }): Promise<ModelState>;
  /** Puts the version that served before back in charge. */
  rollback(name: string, options?: { project?: string }): Promise<ModelState>;
  /**
   * Calls `listener` with each event accepted from now on, in the order of acceptance; the returned function ends it. The
   * listener must return at once and not throw: a slow reader is the listener's own concern.
   */
  tail(listener: (event: HeedEvent) => void, filter?: TailFilter): () => void;
  /** What the log and the models say of themselves. */
  readonly insight: Insight;
  close(): Promise<void>;
}
