import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeedError } from "../../core/errors.js";
import { type Config, judgeChallenger } from "../../decide/index.js";
import { bootstrap, type Interval, mean } from "../../evaluate/index.js";
import type { Outcomes, Store } from "../../store/index.js";
import type { ModelHost } from "../runtime/models.js";
import type { Judged, TrainingMessage, TrainingRequest } from "./request.js";
import { trainInChild } from "./run-child.js";

/** A model's line in the comparison that chose what serves. */
export interface ModelRow {
  model: string;
  /** NDCG@10 on the validation period; it alone chooses. */
  validation: Interval;
  test: Interval;
  testHitRate: Interval;
  serving: boolean;
}

export interface RetrainResult {
  rows: ModelRow[];
  /** Which model serves from now on, and why, in one sentence. */
  serving: string;
  why: string;
}

/** The name of the bundle that answers which items go together. */
export const neighboursName = "neighbours";

/**
 * Trains a project's model anew on all outcomes in the log, beside the simple models, in a child process; what is best on
 * validation challenges the champion (`judgeChallenger`) and serves from the next request on when it wins. The neighbours
 * are renewed in any case. Nothing changes when it fails.
 */
export async function retrain(
  { store, models, config }: { store: Store; models: ModelHost; config: Config },
  options: {
    project: string;
    /** A name under `models` of the configuration. */
    name: string;
    /** Try only what needs no training: done within seconds. */
    simpleOnly?: boolean;
    /** Time budget of the training. */
    seconds: number;
    progress: (message: TrainingMessage) => void;
    signal: AbortSignal;
  },
): Promise<RetrainResult> {
  const { project, name, simpleOnly = false, seconds, progress, signal } = options;
  const wanted = config.models[name];
  if (!wanted) {
    throw new HeedError(
      "unknown-model",
      `heed.config.ts has no model "${name}"`,
      `its models are ${Object.keys(config.models).join(", ")}`,
    );
  }
  const outcomes = await store.analytics.outcomes({ project });
  const current = await store.registry.current(project, name);
  const folder = await mkdtemp(join(tmpdir(), "heed-train-"));
  try {
    const request: TrainingRequest = {
      folder,
      ...trainingData(outcomes),
      recipe: simpleOnly ? null : wanted.model,
      options: wanted.options,
      seconds,
      seed: config.seed,
      ...(current && { champion: await store.registry.fetch(project, name, current.version) }),
    };
    const result = await trainInChild(request, progress, signal);
    const neighbours = await store.registry.put(project, neighboursName, result.neighbours);
    await store.registry.promote(project, neighboursName, neighbours.version);
    await models.refresh(project, neighboursName);

    const best = result.judged.reduce((a, b) => (mean(b.validation) > mean(a.validation) ? b : a));
    const configuration = { model: best.model, options: best.model === wanted.model ? wanted.options : {} };
    const verdict =
      current && result.champion
        ? judgeChallenger({
            sameConfiguration: JSON.stringify(current.about.configuration) === JSON.stringify(configuration),
            all: { champion: result.champion, challenger: best.validation },
            seed: config.seed,
          })
        : { serves: "challenger" as const, reason: firstReason(result.judged, best) };
    if (verdict.serves === "challenger") {
      const version = await store.registry.put(project, name, best.bundle, {
        configuration,
        validation: mean(best.validation),
        reason: verdict.reason,
      });
      await store.registry.promote(project, name, version.version);
      await models.refresh(project, name);
    }
    const serving = verdict.serves === "challenger" ? best.model : String(servingModel(current?.about));
    return {
      rows: result.judged.map((entry) => row(entry, entry.model === serving)),
      serving,
      why: verdict.reason,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function servingModel(about: Readonly<Record<string, unknown>> | undefined): unknown {
  return (about?.configuration as { model?: unknown } | undefined)?.model ?? "the champion";
}

function firstReason(judged: readonly Judged[], best: Judged): string {
  const figures = judged.map(({ model, validation }) => `${model} ${mean(validation).toFixed(4)}`);
  return `${best.model} serves: it is best on validation (NDCG@10: ${figures.join(", ")})`;
}

function row({ model, validation, test, testHits }: Judged, serving: boolean): ModelRow {
  return {
    model,
    validation: bootstrap(validation),
    test: bootstrap(test),
    testHitRate: bootstrap(testHits),
    serving,
  };
}

/** Outcomes in order of time, items numbered from 1, in the form a training process reads. */
function trainingData(outcomes: Outcomes): Pick<TrainingRequest, "items" | "user" | "item" | "fingerprint"> {
  if (outcomes.length === 0)
    throw new HeedError(
      "too-few-events",
      "there are no events to train on",
      "record what people do, then train",
    );
  const order = Uint32Array.from({ length: outcomes.length }, (_, i) => i).sort(
    (a, b) => outcomes.at[a]! - outcomes.at[b]! || outcomes.position[a]! - outcomes.position[b]!,
  );
  const user = Int32Array.from(order, (i) => outcomes.user.codes[i]!);
  const item = Int32Array.from(order, (i) => outcomes.item.codes[i]! + 1);
  const items = ["", ...outcomes.item.values];
  const hash = createHash("sha256").update(JSON.stringify(items));
  for (const column of [user, item]) hash.update(new Uint8Array(column.buffer));
  return { items, user, item, fingerprint: hash.digest("hex") };
}
