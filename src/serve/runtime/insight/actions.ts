import type { Coded, Exposures, Outcomes } from "../../../store/index.js";
import type { ActionsOverTime } from "../../insight.js";

/** Actions of a log over time: outcomes one by one, impressions one a slate. */
export function actionsOverTime(
  outcomes: Pick<Outcomes, "length" | "at" | "action">,
  exposures: Pick<Exposures, "length" | "at" | "slate">,
  options: { from?: number | undefined; to?: number | undefined; steps: number },
): ActionsOverTime {
  const [first, last] = extent(outcomes.at, exposures.at);
  const from = options.from ?? first ?? 0;
  const to = Math.max(from + 1, options.to ?? (last === null ? from : last + 1));
  const step = (to - from) / options.steps;
  const counted = new Map<string, { count: number; counts: number[] }>();

  function add(action: string, at: number): void {
    if (at < from || at >= to) return;
    let entry = counted.get(action);
    if (!entry) {
      entry = { count: 0, counts: new Array<number>(options.steps).fill(0) };
      counted.set(action, entry);
    }
    entry.count++;
    entry.counts[Math.min(options.steps - 1, Math.floor((at - from) / step))]! += 1;
  }

  for (let i = 0; i < outcomes.length; i++) add(nameAt(outcomes.action, i), outcomes.at[i]!);
  for (let i = 0; i < exposures.length; i++)
    if (i === 0 || exposures.slate.codes[i] !== exposures.slate.codes[i - 1])
      add("impression", exposures.at[i]!);
  const actions = [...counted]
    .map(([action, entry]) => ({ action, ...entry }))
    .sort((a, b) => b.count - a.count || (a.action < b.action ? -1 : 1));
  return { from, to, step, first, last, actions };
}

function nameAt({ codes, values }: Coded, row: number): string {
  return values[codes[row]!]!;
}

function extent(...columns: Float64Array[]): [first: number | null, last: number | null] {
  let first: number | null = null;
  let last: number | null = null;
  for (const column of columns)
    for (const at of column) {
      if (first === null || at < first) first = at;
      if (last === null || at > last) last = at;
    }
  return [first, last];
}
