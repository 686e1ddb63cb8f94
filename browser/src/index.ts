import { createHeed } from "./create-heed.js";

export type { EventFields, Heed, ObserveOptions, Options, Problem, ShownItem } from "./types.js";
export { createHeed };

/** The page's Heed. */
export const heed = createHeed();
