import type { ItemFacts } from "../candidate.js";
import type { Rules } from "../config/decide.js";
import type { DecisionRequest, RequestFilter } from "../request.js";
import { type Condition, compileCondition, every } from "./condition.js";
import { seenItems } from "./seen.js";

/**
 * Whether an item may be shown at all: not hidden, excluded, filtered out, already seen, or on an earlier page. Sources
 * ask the same question, so that what they give is what a decision can use.
 */
export function eligibility(
  request: DecisionRequest,
  rules: Rules,
): (item: string, facts: ItemFacts) => boolean {
  const { now, shown } = request;
  const excluded = new Set([...rules.exclude, ...(request.exclude ?? [])]);
  const seen = seenItems(rules.seen, request.past ?? [], now);
  const conditions = [...rules.filters, ...filterConditions(request.filter ?? {})];
  const passes = conditions.length === 0 ? null : every(conditions.map(compileCondition));
  return (item, facts) =>
    facts.hidden !== true &&
    !excluded.has(item) &&
    !seen.has(item) &&
    !(shown?.(item) ?? false) &&
    (passes === null || passes(item, facts, now));
}

/** A request's filter as conditions: a value must be equal, a list means "one of", null means that the item lacks it. */
export function filterConditions(filter: RequestFilter): Condition[] {
  return Object.entries(filter).map(([attribute, wanted]) => {
    const values = Array.isArray(wanted) ? (wanted as readonly unknown[]) : [wanted];
    const literals = values.filter((value) => value !== null) as (string | number | boolean)[];
    const parts: Condition[] = [];
    if (literals.length > 0 || values.length === 0) parts.push({ attribute, in: literals });
    if (literals.length < values.length) parts.push({ attribute, exists: false });
    return parts.length === 1 ? parts[0]! : { any: parts };
  });
}
