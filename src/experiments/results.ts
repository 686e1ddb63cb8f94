import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { HeedError } from "../core/errors.js";
import { type Row, verdicts, within } from "./judge.js";
import type { Reproduction } from "./reproduce.js";
import { machine, versions } from "./surroundings.js";
import { writeWhole } from "./write-whole.js";

/** Where recorded runs lie: in the package, so that an installed Heed has them. */
export const resultsFolder = fileURLToPath(new URL("../../experiments/results/", import.meta.url));

const figure = z.number().nullable();

const row = z.object({
  dataset: z.string(),
  model: z.string(),
  metric: z.string(),
  published: figure,
  measured: figure,
  low: figure,
  high: figure,
  method: z.string().nullable(),
  baseline: figure,
  least: figure,
  most: figure,
  verdict: z.enum(verdicts),
  reason: z.string(),
  source: z.string(),
  seeds: z.array(z.number()),
  seconds: z.number(),
});

const recorded = z.object({
  slug: z.string(),
  quick: z.literal(false, "a reduced run is no result"),
  /** RFC 3339, UTC. */
  date: z.string(),
  command: z.string(),
  machine: z.object({ processor: z.string(), cores: z.number(), memoryGiB: z.number() }),
  versions: z.object({
    heed: z.string(),
    commit: z.string().nullable(),
    node: z.string(),
    onnxruntime: z.string(),
  }),
  data: z.array(z.object({ name: z.string(), fingerprint: z.string() })),
  seeds: z.array(z.number()),
  seconds: z.number(),
  rows: z.array(row).min(1),
});

/** A recorded run of an experiment. */
export type Recorded = z.infer<typeof recorded>;

/**
 * Records a whole run as `SLUG.json` of the folder and returns its path. Errors: "incomplete" for a reduced run, and for one
 * of which a part was left out or its data is not here; "file" when it cannot be written.
 */
export async function saveResult(
  { slug, title, protocol, passed, quick, seeds, seconds, data, rows }: Reproduction,
  command: string,
  folder = resultsFolder,
): Promise<string> {
  const missing = rows.find(({ verdict }) => verdict === "needs-data" || verdict === "not-run");
  if (quick || missing) {
    throw new HeedError(
      "incomplete",
      `this run of ${slug} is no result: ${quick ? "it was a reduced one" : `${missing?.dataset} ${missing?.model} ${missing?.metric} was not measured`}`,
      "run the whole experiment: heed reproduce SLUG --save, with all its data sets",
    );
  }
  const date = new Date().toISOString();
  const head = { slug, title, protocol, passed, quick, date, command };
  const path = join(folder, `${slug}.json`);
  await writeWhole(path, { ...head, machine: machine(), versions: versions(), data, seeds, seconds, rows });
  return path;
}

/** The recorded run of an experiment, or null. Errors: "result" for a file that no run wrote or that was changed. */
export function readResult(slug: string, folder = resultsFolder): Recorded | null {
  const path = join(folder, `${slug}.json`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw wrong(path, (error as Error).message);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw wrong(path, (error as Error).message);
  }
  const parsed = recorded.safeParse(content);
  if (!parsed.success) throw wrong(path, z.prettifyError(parsed.error));
  if (parsed.data.slug !== slug) throw wrong(path, `it holds a run of ${parsed.data.slug}`);
  const forged = parsed.data.rows.find((each) => !agrees(each));
  if (forged) throw wrong(path, `"${forged.verdict}" is not what ${forged.model} ${forged.metric} measured`);
  return parsed.data;
}

/** Whether the verdict follows from the figure and its bounds. */
function agrees({
  measured,
  least,
  most,
  verdict,
}: Pick<Row, "measured" | "least" | "most" | "verdict">): boolean {
  if (measured === null) return verdict === "needs-data" || verdict === "not-run";
  const passes = within(measured, least, most);
  return verdict === (passes === null ? "reported" : passes ? "pass" : "fail");
}

function wrong(path: string, what: string): HeedError {
  return new HeedError(
    "result",
    `${path} is no recorded run: ${what}`,
    "results are written by heed reproduce SLUG --save alone: restore the file or delete it",
  );
}
