import type { Row } from "./judge.js";

/** A model's place by what was measured, and its place among the published figures of the same models. */
export interface Place {
  place: number;
  model: string;
  measured: number;
  published: number | null;
  /** Null where nothing was published. */
  publishedPlace: number | null;
}

/**
 * The models of one data set, the highest figure first; equal figures share a place. Only what was measured is ranked, so
 * that the published places are those among the same models.
 */
export function leaderboard(
  rows: readonly Row[],
  { dataset, metric }: { dataset: string; metric: string },
): Place[] {
  const measured = rows.flatMap((row) =>
    row.dataset === dataset && row.metric === metric && row.measured !== null
      ? [{ model: row.model, measured: row.measured, published: row.published }]
      : [],
  );
  const placeAmong = (figures: readonly (number | null)[], own: number) =>
    1 + figures.filter((other) => other !== null && other > own).length;
  const published = measured.map((row) => row.published);
  return measured
    .map((row) => ({
      place: placeAmong(
        measured.map((other) => other.measured),
        row.measured,
      ),
      ...row,
      publishedPlace: row.published === null ? null : placeAmong(published, row.published),
    }))
    .sort((a, b) => b.measured - a.measured);
}
