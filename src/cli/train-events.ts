import { setTimeout as sleep } from "node:timers/promises";
import { HeedError } from "../core/errors.js";
import {
  configInForce,
  type ModelState,
  openHeed,
  readConfigFile,
  type TrainingReport,
} from "../serve/index.js";
import { inHome, type LocalHome } from "./home.js";
import { wholeNumber } from "./options.js";
import { say } from "./output.js";
import { reportTraining, sayChanges } from "./report-training.js";
import type { ServerCall } from "./server-call.js";

/** The flags of `heed train` without a model. */
interface TrainEventsFlags {
  seconds?: string;
  name?: string;
  json?: boolean;
}

interface TrainEventsOptions {
  /** A name under `models` of the configuration. */
  name: string;
  /** Time budget; the configuration's unless told. */
  seconds?: number;
}

/** Two uses of one command: each refuses what is only for the other. */
export function checkUse(
  model: string | undefined,
  flags: TrainEventsFlags & { data?: string; out?: string; checkpoint?: string; epochs?: string },
): void {
  if (model !== undefined && flags.data === undefined)
    throw new HeedError("option", `on what is ${model} to be trained?`, "give the data set: --data NAME");
  const foreign =
    model === undefined ? (["data", "out", "checkpoint", "epochs"] as const) : (["seconds", "name"] as const);
  for (const name of foreign) {
    if (flags[name] === undefined) continue;
    throw model === undefined
      ? new HeedError("option", `--${name} is given without a model`, "name it: heed train MODEL --data NAME")
      : new HeedError(
          "option",
          `--${name} is for training on events`,
          "leave it out, or leave out the model",
        );
  }
}

/**
 * Trains a model of the configuration on the events of the data folder HEED_HOME and puts the best in charge; while a server
 * holds the folder, that server does it.
 */
export async function trainEvents({ name = "main", seconds, json = false }: TrainEventsFlags): Promise<void> {
  const options = { name, ...(seconds !== undefined && { seconds: wholeNumber("--seconds", seconds, 1) }) };
  const report = await inHome(
    (home) => trainHere(home, options),
    (call) => trainThere(call, options),
  );
  reportTraining(report, json);
}

async function trainHere(
  { store }: LocalHome,
  { name, seconds }: TrainEventsOptions,
): Promise<TrainingReport> {
  const file = await readConfigFile(process.cwd());
  const heed = await openHeed({
    store,
    config: await configInForce(file, store.registry),
    ...(file && { sources: file.sources, similarities: file.similarities }),
    report: (problem) => say(`heed: ${problem.message}`),
  });
  try {
    const { finished } = await heed.train(name, seconds === undefined ? {} : { seconds });
    const shown = setInterval(sayChanges(heed, name), 500);
    return await finished.finally(() => clearInterval(shown));
  } finally {
    await heed.close();
  }
}

async function trainThere(call: ServerCall, { name, seconds }: TrainEventsOptions): Promise<TrainingReport> {
  say(`the server at ${call.address} trains`);
  const state = async () => {
    const { models } = await call.ask<{ models: ModelState[] }>("/v1/models");
    return models.find((each) => each.name === name)!;
  };
  await call.ask(`/v1/models/${encodeURIComponent(name)}/train`, {
    body: seconds === undefined ? {} : { seconds },
  });
  const show = sayChanges({ models: async () => [await state()] }, name);
  for (;;) {
    await sleep(500);
    const { training, compared, untried, serving, why } = await state();
    if (training.startsWith("failed: "))
      throw new HeedError("training", training.slice("failed: ".length), "look at the server's terminal");
    if (training === "idle") return { compared, untried, serving: serving?.model ?? "none", why };
    await show();
  }
}
