import { catalogue } from "./catalogue.js";
import { locate } from "./data-folders.js";
import { experiments } from "./experiments.js";
import type { Row } from "./judge.js";
import { passes } from "./reproduce.js";
import { readResult, resultsFolder } from "./results.js";

export const states = ["passes", "fails", "needs-data", "not-run"] as const;
export type State = (typeof states)[number];

/** A system of the catalogue and how its reproduction stands. */
export interface SystemState {
  slug: string;
  title: string;
  state: State;
  /** The rows of the recorded run; none where there is no run. */
  figures: readonly Figure[];
  /** When it was recorded (RFC 3339, UTC), or null. */
  date: string | null;
  /** What keeps it from passing, or null. */
  reason: string | null;
}

type Figure = Pick<
  Row,
  "dataset" | "model" | "metric" | "published" | "measured" | "low" | "high" | "baseline" | "verdict"
>;

/** The whole catalogue, in its order, each state worked out from the recorded runs and from what data is here. */
export function systemStates(folder = resultsFolder): SystemState[] {
  return catalogue.map(({ slug, title }) => ({ slug, title, ...stateOf(slug, folder) }));
}

/** How one experiment stands. */
export function stateOf(slug: string, folder = resultsFolder): Omit<SystemState, "slug" | "title"> {
  const result = readResult(slug, folder);
  if (result) {
    const { date, rows } = result;
    const failed = rows.filter(({ verdict }) => verdict !== "pass" && verdict !== "reported");
    const figures = rows.map(
      ({ dataset, model, metric, published, measured, low, high, baseline, verdict }): Figure => ({
        dataset,
        model,
        metric,
        published,
        measured,
        low,
        high,
        baseline,
        verdict,
      }),
    );
    if (passes(rows)) return { state: "passes", figures, date, reason: null };
    const reason = failed.map((row) => `${row.dataset} ${row.model} ${row.metric}: ${row.reason}`).join("; ");
    return { state: "fails", figures, date, reason: reason || "nothing was judged" };
  }
  const experiment = experiments.find((known) => known.slug === slug);
  const none = { figures: [], date: null };
  if (!experiment) return { state: "not-run", ...none, reason: "it has no experiment yet" };
  const { missing } = locate([...new Set(experiment.cells(true).flatMap(({ needs }) => needs))]);
  const [remedy] = missing.values();
  if (remedy !== undefined) return { state: "needs-data", ...none, reason: remedy };
  return { state: "not-run", ...none, reason: `no run is recorded: heed reproduce ${slug} --save` };
}
