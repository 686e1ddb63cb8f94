import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPredictor, saveBundle } from "../../bundles/index.js";
import { HeedError } from "../../core/errors.js";
import { fingerprint } from "../../data/index.js";
import type { EmbeddingMode } from "../../tensor/index.js";
import { fit, type Progress } from "../../train/index.js";
import type { Plan, Task } from "./families/index.js";
import { type Figures, metricsOf, withIntervals } from "./figures.js";

/** One training run of the `train` command. */
export interface Run {
  model: string;
  data: string;
  seed: number;
  embeddings: EmbeddingMode;
  epochs?: number | undefined;
  checkpoint?: { folder: string; everySteps?: number } | undefined;
  /** Where to save the bundle. */
  out?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface RunResult extends Figures {
  /** Epochs trained, and the one whose weights were kept. */
  epochs: number;
  bestEpoch: number;
  secondsPerEpoch: number;
}

/**
 * Trains, judges and, on request, saves one model. The final figures come from the exported inference graph, the one a
 * bundle holds, so that evaluating the bundle gives them again to the last digit.
 */
export async function trainOne(
  task: Task,
  run: Run,
  report: (progress: Progress) => void,
): Promise<RunResult> {
  const { model, seed, embeddings, signal } = run;
  const plan = task.plan(model, seed, run.epochs);
  const dataFingerprint = fingerprint(task.training);
  if (run.checkpoint) await claimCheckpoint(run.checkpoint.folder, run, plan, dataFingerprint);
  const { options: _, batchSize: __, ...settings } = plan.settings;
  const training = fit(plan.trainable, {
    ...settings,
    seed,
    embeddings,
    ...(run.checkpoint && { checkpoint: run.checkpoint }),
    ...(signal && { signal }),
    batches: plan.batches,
    metrics: async (predict) => (await plan.measure(predict, "validation")).metrics,
  });
  for await (const progress of training) report(progress);
  const { trainer, history, bestEpoch } = await training.finish();
  const graph = trainer.exportOnnx();
  const tables = Object.values(trainer.state.tables);
  const predictor = await openPredictor(graph, tables);
  const validation = withIntervals(await plan.measure(predictor.run, "validation"));
  const test = withIntervals(await plan.measure(predictor.run, "test"));
  await predictor.release();
  if (run.out !== undefined) {
    const description = {
      ...plan.shape,
      model,
      seed,
      embeddings,
      settings: { ...plan.settings },
      data: { name: run.data, fingerprint: dataFingerprint },
      metrics: metricsOf({ validation, test }),
    };
    await saveBundle(run.out, { description, graph, vocabularies: task.vocabularies, tables });
  }
  await trainer.release();
  const seconds = history.reduce((total, epoch) => total + epoch.seconds, 0);
  return {
    validation,
    test,
    epochs: history.length,
    bestEpoch,
    secondsPerEpoch: seconds / history.length,
  };
}

/**
 * Notes beside a checkpoint what it belongs to, and refuses to resume one that another run left: the weights might fit
 * and mean something else. The number of epochs may differ, so that a run can be prolonged.
 */
async function claimCheckpoint(folder: string, run: Run, plan: Plan, data: string): Promise<void> {
  const { epochs: _, ...settings } = plan.settings;
  const { model, seed, embeddings } = run;
  const mine: Record<string, unknown> = {
    model,
    data: run.data,
    "data fingerprint": data,
    seed,
    embeddings,
    settings,
  };
  const path = join(folder, "run.json");
  try {
    await mkdir(folder, { recursive: true });
    if (existsSync(path) && existsSync(join(folder, "checkpoint.bin"))) {
      const theirs = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
      const field = Object.keys(mine).find(
        (name) => JSON.stringify(mine[name]) !== JSON.stringify(theirs[name]),
      );
      if (field === undefined) return;
      throw new HeedError(
        "checkpoint",
        `${folder} holds another run: its ${field} is ${JSON.stringify(theirs[field])}, not ${JSON.stringify(mine[field])}`,
        "give the run another --checkpoint folder, or delete this one",
      );
    }
    await writeFile(`${path}.tmp`, JSON.stringify(mine, null, 2));
    await rename(`${path}.tmp`, path);
  } catch (cause) {
    if (cause instanceof HeedError) throw cause;
    throw new HeedError(
      "checkpoint",
      `${folder} cannot be used: ${cause instanceof Error ? cause.message : cause}`,
      "give a --checkpoint folder that can be written",
      { cause },
    );
  }
}
