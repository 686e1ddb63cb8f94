/** What a key may do. A route needs one scope; a secret key has all of them unless it was made with fewer. */
export const scopes = [
  "events:write",
  "events:read",
  "items:read",
  "items:write",
  "users:read",
  "users:write",
  "decide",
  "models:read",
  "models:write",
  "metrics:read",
  /** What concerns the whole installation, such as a backup of every project. */
  "admin",
] as const;

export type Scope = (typeof scopes)[number];

/** A publishable key is in every visitor's browser, so it may only add events. */
export const publishableScopes: readonly Scope[] = ["events:write"];
