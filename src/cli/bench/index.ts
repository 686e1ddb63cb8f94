import { engine } from "./engine.js";
import { evaluate } from "./evaluate.js";
import { models } from "./models.js";
import { serve, serveMemory } from "./serve.js";
import type { Suite } from "./suite.js";

/** Every suite by name. A new one is its file and its line here. */
export const suites: Readonly<Record<string, Suite>> = {
  engine,
  models,
  evaluate,
  serve: (bench) => serve(bench),
  "serve-memory": (bench) => serveMemory(bench),
};

/** Suites in which nothing is held against a peer. */
export const withoutPeers: ReadonlySet<string> = new Set(["evaluate", "serve", "serve-memory"]);
