import { createHeed } from "./create-heed.js";
import type { Heed } from "./types.js";

declare global {
  /** The page's Heed, made by the script build. */
  var heed: Heed;
}

globalThis.heed = createHeed();
