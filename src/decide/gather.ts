import { HeedError } from "../core/errors.js";
import type { Config, Surface } from "./config/schema.js";
import { type Source, sourceName } from "./config/sources.js";
import { milliseconds } from "./duration.js";
import { fillFrom, fuse, type Retrieved, type SourceItem, type SourceList } from "./fusion.js";
import { type StopSignal, TimedOut, withinTime } from "./within-time.js";

/** Asks one source. It may throw; what it gives after its timeout is ignored. */
export type FetchSource = (source: Source, signal: StopSignal) => Promise<readonly SourceItem[]>;

/** How one source did. */
export interface SourceReport {
  source: string;
  fallback: boolean;
  state: "answered" | "failed" | "timed-out";
  /** How many items it gave. */
  found: number;
  reason?: string;
}

export interface Gathered {
  /** Each item once, best first. */
  found: Retrieved[];
  /** The sources that were asked, in order. */
  reports: SourceReport[];
  /** The fall-backs that had to fill, in order; empty when the candidates were enough. */
  fallbacks: string[];
}

/**
 * Asks all candidate sources at once, then the fall-backs one after the other while there are fewer than `need` items that
 * may be shown. A source that throws or is late counts as empty, and the report says so. Order of arrival changes nothing.
 */
export async function gather(
  surface: Pick<Surface, "candidates" | "fallbacks">,
  fetch: FetchSource,
  need: number,
  mayShow: (item: string) => boolean,
): Promise<Gathered> {
  const answers = await Promise.all(surface.candidates.map((source) => ask(source, fetch, false)));
  const reports = answers.map(({ report }) => report);
  const fallbacks: string[] = [];
  let found = fuse(answers.map(({ list }) => list));
  for (const source of surface.fallbacks) {
    if (areEnough(found, need, mayShow)) break;
    const { list, report } = await ask(source, fetch, true);
    const filled = fillFrom(found, list);
    if (filled.length > found.length) fallbacks.push(sourceName(source));
    reports.push(report);
    found = filled;
  }
  return { found, reports, fallbacks };
}

/** Whether at least `need` may be shown; judges no more than it must. */
function areEnough(found: readonly Retrieved[], need: number, mayShow: (item: string) => boolean): boolean {
  let count = 0;
  for (const { item } of found) if (mayShow(item) && ++count >= need) return true;
  return count >= need;
}

async function ask(
  source: Source,
  fetch: FetchSource,
  fallback: boolean,
): Promise<{ list: SourceList; report: SourceReport }> {
  const name = sourceName(source);
  try {
    const items = await withinTime(milliseconds(source.timeout), (signal) => fetch(source, signal));
    return {
      list: { source, items },
      report: { source: name, fallback, state: "answered", found: items.length },
    };
  } catch (error) {
    const state = error instanceof TimedOut ? "timed-out" : "failed";
    const reason = error instanceof Error ? error.message : String(error);
    return { list: { source, items: [] }, report: { source: name, fallback, state, found: 0, reason } };
  }
}

/**
 * Throws `source-unavailable` when a surface names a source that this installation cannot ask, before the first request
 * finds out. `available` holds names as `sourceName` gives them.
 */
export function checkSources({ surfaces }: Config, available: ReadonlySet<string>): void {
  for (const [name, surface] of Object.entries(surfaces)) {
    for (const list of ["candidates", "fallbacks"] as const) {
      for (const [i, source] of surface[list].entries()) {
        if (available.has(sourceName(source))) continue;
        throw new HeedError(
          "source-unavailable",
          `surfaces.${name}.${list}.${i}: the source "${sourceName(source)}" is not available`,
          remedyFor(source),
        );
      }
    }
  }
}

function remedyFor(source: Source): string {
  switch (source.type) {
    case "embedding":
      return 'use { type: "model" }';
    case "custom":
      return `register it: openHeed({ sources: { ${JSON.stringify(source.name)}: async (request) => [...] } })`;
    case "model":
      return `train "${source.model}" first (heed train), or take the source out`;
    default:
      return "take the source out, or name another";
  }
}
