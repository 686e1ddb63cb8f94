/** What a project's log says of itself, for people who look at it. Times are milliseconds since 1970. */
export interface Insight {
  /** How often each action was done, in equal steps of time; the whole log unless bounded. */
  actions(options?: {
    project?: string;
    from?: number;
    to?: number;
    steps?: number;
  }): Promise<ActionsOverTime>;
  /** Every surface of the configuration: its pipeline, and what was shown there and came of it. */
  surfaces(options?: { project?: string }): Promise<SurfaceState[]>;
  /** Where an item was shown and what came of it. */
  exposure(item: string, options?: { project?: string }): Promise<ItemExposure>;
  /** Items that were hardly shown, and how much of what is left to chance went to them. */
  coldItems(options?: { project?: string; limit?: number }): Promise<ColdItems>;
  /** What went wrong behind answers that were given all the same, and what keeps Heed from doing better. */
  problems(options?: { project?: string }): Promise<KnownProblem[]>;
}

export interface ActionsOverTime {
  from: number;
  to: number;
  /** Length of a step in milliseconds. */
  step: number;
  /** Times of the first and the last event of the whole log; null where it is empty. */
  first: number | null;
  last: number | null;
  /** The most frequent first. `counts` has one count a step. */
  actions: { action: string; count: number; counts: number[] }[];
}

/** Shown items, and those of them that an action followed within 24 hours, by action. */
export interface Shown {
  shown: number;
  /** Those of them in whose choice chance had a part: a propensity below 1. */
  explored: number;
  outcomes: Record<string, number>;
}

export interface SurfaceState extends Shown {
  name: string;
  slates: number;
  /** As the configuration in force has it. */
  pipeline: Record<string, unknown>;
}

export interface ItemExposure extends Shown {
  positions: (Shown & { position: number })[];
}

export interface ColdItems {
  /** Items of the catalogue that may be shown. */
  items: number;
  neverShown: number;
  /** An item is cold while it was shown less often than this. */
  coldBelow: number;
  coldCount: number;
  shown: number;
  explored: number;
  /** Explored places that went to items that are cold. */
  exploredCold: number;
  /** Cold items, the least shown first, then the newest. */
  cold: {
    item: string;
    title?: string | undefined;
    time?: string | undefined;
    shown: number;
    explored: number;
  }[];
}

export interface KnownProblem {
  code: string;
  message: string;
  remedy: string;
  count: number;
  last: number;
}
