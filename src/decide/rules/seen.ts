import type { Rules } from "../config/decide.js";
import { milliseconds } from "../duration.js";
import type { PastAction } from "../request.js";

/** The items that the already-seen rules hide at a moment, given what the user did. Actions after it are not known yet. */
export function seenItems(
  rules: Rules["seen"],
  past: readonly PastAction[],
  now: number,
): ReadonlySet<string> {
  const hidden = new Set<string>();
  for (const { actions, within, times } of rules) {
    const counted = new Set(actions);
    const since = within === undefined ? Number.NEGATIVE_INFINITY : now - milliseconds(within);
    const counts = new Map<string, number>();
    for (const { item, action, at } of past) {
      if (item === null || !counted.has(action) || at < since || at > now) continue;
      const count = times === 1 ? 1 : (counts.get(item) ?? 0) + 1;
      if (count === times) hidden.add(item);
      else counts.set(item, count);
    }
  }
  return hidden;
}
