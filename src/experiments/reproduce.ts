import { HeedError } from "../core/errors.js";
import type { Progress } from "../train/index.js";
import { folderFingerprint, locate } from "./data-folders.js";
import type { Cell, Experiment } from "./experiment.js";
import type { FinishedCell } from "./figure-table.js";
import { judge, type Row } from "./judge.js";
import { cellKey, keptCells } from "./kept-cells.js";
import { heedVersion } from "./surroundings.js";

export interface ReproduceOptions {
  /** The folder in which finished cells are kept. */
  work: string;
  /** The reduced run, whose figures are not judged. */
  quick?: boolean;
  /** Only the cells of these models. */
  only?: readonly string[];
  /** Runs again what an earlier run kept. */
  fresh?: boolean;
  signal?: AbortSignal | undefined;
  /** Tells a person how it goes. */
  say?(line: string): void;
  /** Follows the training of one cell. */
  follow?(label: string): (progress: Progress) => void;
}

/** An experiment beside its expectations. */
export interface Reproduction {
  slug: string;
  title: string;
  protocol: string;
  quick: boolean;
  /** Whether this was the whole experiment, no row failed and every bound was reached. */
  passed: boolean;
  seeds: number[];
  rows: Row[];
  /** Wall seconds of all cells, those that an earlier run finished included. */
  seconds: number;
  /** SHA-256 over the files of each data set; null where it is not here. */
  data: { name: string; fingerprint: string | null }[];
}

/**
 * Runs the cells of an experiment that are not finished yet, one after the other, and judges all. Stopped by the signal or
 * by an error, the same call goes on where it was. Errors: "aborted", those of the cells, "unknown" for a model in `only`
 * that the experiment does not have.
 */
export async function reproduce(experiment: Experiment, options: ReproduceOptions): Promise<Reproduction> {
  const { quick = false, only, fresh = false, signal, say = () => {}, follow } = options;
  const cells = experiment.cells(quick);
  checkOnly(experiment, cells, only);
  const needed = [...new Set(cells.flatMap(({ needs }) => needs))];
  const { folders, missing } = locate(needed);
  const fingerprints = new Map([...folders].map(([name, folder]) => [name, folderFingerprint(name, folder)]));
  const kept = keptCells(options.work);
  const finished: FinishedCell[] = [];
  for (const [i, cell] of cells.entries()) {
    if (only && !only.includes(cell.model)) continue;
    if (cell.needs.some((name) => missing.has(name))) continue;
    const data = Object.fromEntries(cell.needs.map((name) => [name, fingerprints.get(name)]));
    const key = cellKey(experiment.slug, cell, { version: heedVersion(), data, quick });
    const label = [cell.dataset, cell.model, ...(cell.seed === null ? [] : [`seed ${cell.seed}`])].join(" ");
    const earlier = fresh ? null : await kept.read(cell, key);
    if (earlier) {
      finished.push({ cell, outcome: earlier });
      say(`${i + 1}/${cells.length} ${label}: kept from an earlier run`);
      continue;
    }
    stopIfAsked(experiment, signal);
    say(`${i + 1}/${cells.length} ${label} ...`);
    const checkpoint = kept.checkpoint(cell, key);
    const outcome = await cell
      .run({ checkpoint, signal, report: follow?.(label) ?? (() => {}) })
      .catch((error: unknown) => {
        if (error instanceof HeedError && error.code === "aborted") stopIfAsked(experiment, signal);
        throw error;
      });
    await kept.keep(cell, key, outcome);
    finished.push({ cell, outcome });
  }
  stopIfAsked(experiment, signal);
  const rows = judge(experiment, { cells, finished, missing, quick });
  return {
    slug: experiment.slug,
    title: experiment.title,
    protocol: experiment.protocol,
    quick,
    passed: passes(rows),
    seeds: [...new Set(cells.flatMap(({ seed }) => seed ?? []))].sort((a, b) => a - b),
    rows,
    seconds: finished.reduce((total, { outcome }) => total + outcome.seconds, 0),
    data: needed.map((name) => ({ name, fingerprint: fingerprints.get(name) ?? null })),
  };
}

/** Whether rows make a pass: something was judged, and nothing failed or is missing. */
export function passes(rows: readonly Pick<Row, "verdict">[]): boolean {
  const good = rows.every(({ verdict }) => verdict === "pass" || verdict === "reported");
  return good && rows.some(({ verdict }) => verdict === "pass");
}

function checkOnly({ slug }: Experiment, cells: readonly Cell[], only?: readonly string[]): void {
  const models = [...new Set(cells.map(({ model }) => model))];
  const wrong = only?.find((model) => !models.includes(model));
  if (wrong !== undefined)
    throw new HeedError("unknown", `${slug} runs no "${wrong}"`, `its models are ${models.join(", ")}`);
}

function stopIfAsked({ slug }: Experiment, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new HeedError(
    "aborted",
    `the reproduction of ${slug} was stopped`,
    "the same command goes on where it was; what is finished is kept",
  );
}
