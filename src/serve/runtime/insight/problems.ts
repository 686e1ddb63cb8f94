import { HeedError } from "../../../core/errors.js";
import type { ModelState } from "../../heed.js";
import type { KnownProblem } from "../../insight.js";

const most = 50;

/** Remembers what was reported, the newest 50 kinds of it. */
export function rememberProblems(now: () => number): { add(error: Error): void; list(): KnownProblem[] } {
  const known = new Map<string, KnownProblem>();
  return {
    add(error) {
      const [message = ""] = error.message.split("\n", 1);
      const { code, remedy } =
        error instanceof HeedError ? error : { code: "internal", remedy: "look into the server's log" };
      const key = JSON.stringify([code, message]);
      const count = (known.get(key)?.count ?? 0) + 1;
      known.delete(key);
      known.set(key, { code, message, remedy, count, last: now() });
      if (known.size > most) known.delete(known.keys().next().value!);
    },
    list: () => [...known.values()].reverse(),
  };
}

const day = 24 * 60 * 60_000;

/** What the state of the models and of the log says against the answers. */
export function stateProblems(
  models: readonly ModelState[],
  lastEvent: number | null,
  now: number,
): KnownProblem[] {
  const found: Omit<KnownProblem, "count" | "last">[] = [];
  for (const { name, serving, training } of models) {
    if (serving === null)
      found.push({
        code: "not-trained",
        message: `model "${name}" was not trained yet: what is popular or new serves`,
        remedy: "send events, then train it: heed train",
      });
    if (training.startsWith("failed"))
      found.push({
        code: "training-failed",
        message: `the last training of "${name}" ${training}`,
        remedy: "mend what it names; what served before goes on serving",
      });
  }
  if (lastEvent === null)
    found.push({ code: "no-events", message: "no event has arrived yet", remedy: "see First steps" });
  else if (now - lastEvent > day)
    found.push({
      code: "stale",
      message: "no event has happened for more than 24 hours",
      remedy: "see whether your senders still run; rejected events are listed under Events",
    });
  return found.map((problem) => ({ ...problem, count: 1, last: now }));
}
