/** Something somebody did. The wire form; `id` and `time` are filled in when the sender leaves them out. */
export interface StoredEvent {
  id: string;
  /** RFC 3339, UTC. */
  time: string;
  user: string;
  action: string;
  item?: string | undefined;
  surface?: string | undefined;
  session?: string | undefined;
  slate?: string | undefined;
  query?: string | undefined;
  value?: number | undefined;
  model?: string | undefined;
  items?: { item: string; position: number; propensity: number }[] | undefined;
  context?: Record<string, unknown> | undefined;
}

export interface CatalogueItem {
  item: string;
  title: string;
  genres: string[];
}

/** Where events and items are kept. An append that resolved has been committed to disk. */
export interface EventStore {
  /** Appends events in one transaction; returns which were new (an id already stored is a duplicate). */
  append(events: readonly StoredEvent[]): Promise<boolean[]>;
  /** A user's events, oldest first; `actions` limits them to some actions. */
  userEvents(user: string, options?: { actions?: readonly string[]; limit?: number }): Promise<StoredEvent[]>;
  /** All (user, item, time) outcomes in time order, as histories are made of. */
  outcomes(): Promise<{ user: string; item: string; time: number }[]>;
  /** People with the most outcomes. */
  people(limit: number): Promise<{ user: string; events: number }[]>;
  eraseUser(user: string): Promise<number>;
  putItems(items: readonly CatalogueItem[]): Promise<void>;
  items(): Promise<CatalogueItem[]>;
  /** True once events or items were stored. */
  isEmpty(): Promise<boolean>;
  close(): Promise<void>;
}
