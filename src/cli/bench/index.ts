import { engine } from "./engine.js";
import { models } from "./models.js";
import type { Suite } from "./suite.js";

/** Every suite by name. A new one is its file and its line here. */
export const suites: Readonly<Record<string, Suite>> = { engine, models };
