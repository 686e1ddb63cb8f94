/** Something the user did, as far as the already-seen rules need it; `item` is null for what concerned no item. */
export interface PastAction {
  item: string | null;
  action: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Whom a decision is for, and when. Everything a decision depends on, beside candidates and configuration, stands here. */
export interface DecisionRequest {
  /** The answer's id; with the seed it keys every random choice. */
  id: string;
  seed: number;
  /** Milliseconds since 1970: what freshness and already-seen are measured from. */
  now: number;
  limit: number;
  /** Items never to be shown in this answer. */
  exclude?: readonly string[] | undefined;
  /** Conditions on item attributes: each must hold; a list means "one of". */
  filter?: RequestFilter | undefined;
  past?: readonly PastAction[] | undefined;
  /** Whether an earlier page of the same list showed an item already: a cursor's `shown`. */
  shown?: ((item: string) => boolean) | undefined;
}

export type RequestFilter = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number | boolean | null)[]>
>;
