import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Cell, Outcome } from "./experiment.js";
import { writeWhole } from "./write-whole.js";

const kept = z.object({
  key: z.string(),
  outcome: z.object({
    figures: z.record(
      z.string(),
      z.object({
        value: z.number(),
        low: z.number().exactOptional(),
        high: z.number().exactOptional(),
        method: z.string().exactOptional(),
      }),
    ),
    seconds: z.number().nonnegative(),
    facts: z.record(z.string(), z.number()).exactOptional(),
  }),
});

/** What an outcome depends on: two runs with the same key give the same figures. */
export function cellKey(
  slug: string,
  cell: Cell,
  about: { version: string; data: object; quick: boolean },
): string {
  const { dataset, model, seed, settings } = cell;
  const content = JSON.stringify([slug, dataset, model, seed, settings, about]);
  return createHash("sha256").update(content).digest("hex");
}

/** Finished cells, each a file of a folder, so that an interrupted run goes on where it was. */
export function keptCells(folder: string) {
  const path = (cell: Cell, key: string) =>
    join(folder, `${cell.dataset}.${cell.model}.${cell.seed ?? "fixed"}.${key.slice(0, 12)}`);
  return {
    /** The folder in which the cell keeps its progress until it is finished. */
    checkpoint: (cell: Cell, key: string) => `${path(cell, key)}.part`,
    /** A finished cell's outcome; null where there is none, or none that can be read whole. */
    async read(cell: Cell, key: string): Promise<Outcome | null> {
      try {
        const content = kept.parse(JSON.parse(await readFile(`${path(cell, key)}.json`, "utf8")));
        return content.key === key ? content.outcome : null;
      } catch {
        return null;
      }
    },
    async keep(cell: Cell, key: string, outcome: Outcome): Promise<void> {
      const { dataset, model, seed, settings } = cell;
      await writeWhole(`${path(cell, key)}.json`, { key, dataset, model, seed, settings, outcome });
      await rm(`${path(cell, key)}.part`, { recursive: true, force: true });
    },
  };
}
