/** One item of a shown slate, as in Heed's event schema. */
export interface ShownItem {
  item: string;
  position: number;
  propensity: number;
}

/** What an event says beside its action; the names are those of Heed's event schema. */
export interface EventFields {
  item?: string | undefined;
  /** What the action measures: dwell in milliseconds, a rating, a price. */
  value?: number | undefined;
  surface?: string | undefined;
  /** The `request` of the answer that showed the item. */
  slate?: string | undefined;
  model?: string | undefined;
  query?: string | undefined;
  /** For an impression of a slate that Heed did not decide itself. */
  items?: readonly ShownItem[] | undefined;
  context?: Readonly<Record<string, unknown>> | undefined;
}

/** Something that went wrong; the page goes on. */
export interface Problem {
  /**
   * `rejected`: the server refused one event and kept the rest; `refused`: it refused the request (a wrong key, say);
   * `overflow`: the buffer was full and the oldest event went; `expired`: a buffered event was too old to be sent without
   * the risk of counting twice; `too-large`: one event over 60 kB; `internal`: a bug or a wrong argument.
   */
  code: "rejected" | "refused" | "overflow" | "expired" | "too-large" | "internal";
  message: string;
  /** The HTTP status, where there was one. */
  status?: number;
  /** The events that are lost. */
  events?: readonly object[];
}

export interface Options {
  /** Where Heed answers, such as "https://heed.example.com"; "" for the page's own origin. */
  url: string;
  /** A publishable key; without one the server must be on loopback. */
  key?: string;
  /** The surface of events that name none. */
  surface?: string;
  /** Whether this person agreed. Left out: what an earlier `consent(true)` in this browser said, else no. */
  consent?: boolean;
  /** Treat Do Not Track and Global Privacy Control as a refusal that `consent(true)` cannot lift. Default false. */
  honourPrivacySignals?: boolean;
  /** The share of an item that must be visible to count as seen. Default 0.5. */
  visibleRatio?: number;
  /** How long it must be visible without a break, in milliseconds. Default 1000. */
  visibleTime?: number;
  /** Dwell pauses after this long without any input, in milliseconds. Default 0: never. */
  idleTime?: number;
  /** Record clicks, inputs, changes and submits of the whole page as action `ui`. Default false. */
  captureUi?: boolean;
  /** Events a request carries at most. Default 50. */
  batchSize?: number;
  /** The longest an event waits for company, in milliseconds. Default 2000. */
  flushInterval?: number;
  /** Token bucket: events sent per second, and at once after a pause. Default 20 and 200. */
  rate?: { perSecond: number; burst: number };
  /** Events kept while the server cannot be reached; the oldest go first. Default 1000. */
  bufferSize?: number;
  onError?: (problem: Problem) => void;
}

/** What is known about the items inside an observed element. */
export interface ObserveOptions {
  slate?: string | undefined;
  surface?: string | undefined;
  model?: string | undefined;
  /** Send `view` when an item was really seen. Default true. */
  view?: boolean;
  /** Send `dwell` with how long a seen item stayed visible. Default true. */
  dwell?: boolean;
  /** Send `click`. Default true. */
  click?: boolean;
}

export interface Heed {
  /** Starts; a second call shuts the first down. Until then every other call does nothing. */
  init(options: Options): void;
  /** Records that the current user did something. */
  track(action: string, fields?: EventFields): void;
  /**
   * Later events belong to `user`. With a user token, signed by your server for this user, what was done anonymously in
   * this browser is merged into the user; the token is kept nowhere.
   */
  identify(user: string, options?: { token?: string }): void;
  /** The id that events carry now; undefined without consent. */
  user(): string | undefined;
  /** Gives or withdraws consent. Withdrawing forgets everything in this browser that was not yet sent, and the ids. */
  consent(given: boolean): void;
  /**
   * Watches every `data-heed-item` inside `root` (and `root` itself), those added later too, until the returned function
   * is called. `data-heed-position` (from 1) and `data-heed-propensity` go along; without a position it is the order in
   * the document.
   */
  observe(root: Element | Document | DocumentFragment, options?: ObserveOptions): () => void;
  /** Measures how long the page is looked at, for an item or for the page, until the returned function is called. */
  dwell(fields?: EventFields): () => void;
  /** Sends what waits, as far as the server and the rate allow now. Never rejects. */
  flush(): Promise<void>;
  /** Forgets the user and takes a new anonymous id (after a log-out). What waits is still sent, for the user it names. */
  reset(): void;
  /** Hands what waits to the browser for delivery, and stops. */
  shutdown(): void;
}
