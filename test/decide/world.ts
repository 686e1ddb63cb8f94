import {
  type Candidate,
  type Config,
  type ConfigInput,
  type DecideConfig,
  type DecisionRequest,
  defineConfig,
} from "../../src/decide/index.js";

type SurfaceInput = NonNullable<ConfigInput["surfaces"]>[string];

/** The decide section of a surface, with defaults filled in as `defineConfig` does. */
export function decideConfig(decide: NonNullable<SurfaceInput["decide"]>): DecideConfig {
  return surfaceConfig({ decide }).decide;
}

export function surfaceConfig(home: SurfaceInput): Config["surfaces"][string] {
  return defineConfig({ surfaces: { home } }).surfaces.home!;
}

/** Candidates "a", "b", "c" ... with falling scores, each changed by what is given for it. */
export function candidates(
  count: number,
  change: (i: number) => Partial<Candidate> = () => ({}),
): Candidate[] {
  return Array.from({ length: count }, (_, i) => ({
    item: String.fromCharCode(97 + i),
    score: 1 - i / count,
    facts: {},
    sources: [],
    ...change(i),
  }));
}

export function request(change: Partial<DecisionRequest> = {}): DecisionRequest {
  return { id: "request", seed: 1, now: Date.parse("2025-01-01T00:00:00Z"), limit: 3, ...change };
}

/** The names of decided items, top first. */
export function names(decision: { items: readonly { item: string }[] }): string[] {
  return decision.items.map(({ item }) => item);
}
