import type { HeedEvent } from "../../events/event.js";
import type { Heed } from "../heed.js";

/** Tells listeners of every event that was accepted, in the order of acceptance. */
export function openTails(): { tell(event: HeedEvent): void; listen: Heed["tail"] } {
  const listeners = new Set<(event: HeedEvent) => void>();
  return {
    tell(event) {
      for (const listener of listeners) listener(event);
    },
    listen(listener, filter = {}) {
      const { project = "default", user, actions } = filter;
      const wanted = actions && new Set(actions);
      const hear = (event: HeedEvent) => {
        if (event.project !== project) return;
        if (user !== undefined && event.user !== user) return;
        if (wanted && !wanted.has(event.action)) return;
        listener(event);
      };
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}
