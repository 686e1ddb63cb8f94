import { createClient } from "./client.js";
import type { Guard } from "./listen.js";
import type { Heed, Problem } from "./types.js";

/** A Heed that waits for `init`. Nothing it does throws into the page, and without a document it does nothing. */
export function createHeed(): Heed {
  let client: Omit<Heed, "init"> | undefined;
  let onError: ((problem: Problem) => void) | undefined;

  function report(problem: Problem): void {
    try {
      onError?.(problem);
    } catch {
      // The page's own handler failed; there is nobody left to tell.
    }
  }

  const guard: Guard = (act) => {
    try {
      return act();
    } catch (error) {
      report({ code: "internal", message: String(error) });
      return undefined;
    }
  };

  const nothing = () => {};

  return {
    init(options) {
      if (typeof document === "undefined") return;
      guard(() => {
        onError = options.onError;
        client?.shutdown();
        client = createClient(options, guard, report);
      });
    },
    track: (action, fields) => void guard(() => client?.track(action, fields)),
    identify: (user, options) => void guard(() => client?.identify(user, options)),
    user: () => guard(() => client?.user()),
    consent: (given) => void guard(() => client?.consent(given)),
    observe: (root, options) => guard(() => client?.observe(root, options)) ?? nothing,
    dwell: (fields) => guard(() => client?.dwell(fields)) ?? nothing,
    flush: async () => guard(() => client?.flush()),
    reset: () => void guard(() => client?.reset()),
    shutdown: () =>
      void guard(() => {
        client?.shutdown();
        client = undefined;
      }),
  };
}
