import type { Command } from "commander";
import { type Bundle, loadBundle } from "../bundles/index.js";
import { HeedError } from "../core/errors.js";
import { fingerprint } from "../data/index.js";
import { type Estimates, families, unknown, withIntervals } from "../experiments/index.js";
import { cells } from "./cells.js";
import { wholeNumbers } from "./options.js";
import { answer, say } from "./output.js";

interface EvaluateFlags {
  data: string;
  k: string;
  json?: boolean;
}

/** `heed evaluate BUNDLE --data NAME`: a saved model on the test part of a data set, as `heed train` tests it. */
export function addEvaluate(program: Command): void {
  program
    .command("evaluate")
    .description("test a saved model on a data set, with 95 % intervals")
    .argument("<bundle>", "the folder that `heed train --out FOLDER` wrote")
    .requiredOption("--data <name>", "the data set")
    .option("--k <list>", "cut-offs of the ranking metrics, separated by commas", "10")
    .option("--json", "print JSON")
    .action(async (folder: string, flags: EvaluateFlags) => {
      const cutoffs = wholeNumbers("--k", flags.k, 1);
      const bundle = await loadBundle(folder);
      try {
        const test = await evaluate(bundle, flags.data, cutoffs);
        const { model, seed, embeddings } = bundle.manifest;
        const row = { model, data: flags.data, seed, embeddings, bundle: folder, test };
        const shown = { model, data: flags.data, seed, ...cells("test", test) };
        answer([flags.json ? row : shown], flags.json ?? false);
      } finally {
        await bundle.release();
      }
    });
}

async function evaluate(bundle: Bundle, data: string, cutoffs: readonly number[]): Promise<Estimates> {
  const { manifest, folder } = bundle;
  const family = families.find(({ kind }) => kind === manifest.kind);
  if (!family) throw new HeedError("bundle", `${folder} holds a ${manifest.kind} model`, "upgrade Heed");
  if (!family.dataSets.includes(data)) throw unknown("data set", data, family.dataSets);
  const task = family.load(data);
  const measure = task.judge(bundle);
  if (manifest.data.fingerprint !== fingerprint(task.training)) {
    say(
      `note: the training part of ${data} is not what this model was trained on (${manifest.data.name}); it may have seen test rows`,
    );
  }
  const measured = await measure(bundle.run, "test");
  say("95 % intervals, bootstrap of 1000 resamples");
  return withIntervals(measured, cutoffs);
}
