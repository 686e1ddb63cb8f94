import { join } from "node:path";
import type { Command } from "commander";
import { checkBundlePlace } from "../bundles/index.js";
import { HeedError } from "../core/errors.js";
import {
  type Figures,
  families,
  familyOf,
  type Run,
  type RunResult,
  type Spread,
  spreadOf,
  type Task,
  trainOne,
  unknown,
  withIntervals,
} from "../experiments/index.js";
import type { EmbeddingMode } from "../tensor/index.js";
import { cells } from "./cells.js";
import { oneOf, wholeNumber, wholeNumbers } from "./options.js";
import { answer, progressReporter, say } from "./output.js";
import { checkUse, trainEvents } from "./train-events.js";
import { wrapped } from "./wrap.js";

interface TrainFlags {
  data?: string;
  seconds?: string;
  name?: string;
  seeds: string;
  embeddings: string;
  epochs?: string;
  out?: string;
  checkpoint?: string;
  checkpointSteps?: string;
  baselines: boolean;
  json?: boolean;
}

/** One line of the answer: a seed, the mean over seeds, or a model without training beside them. */
type Row =
  | ({
      kind: "seed";
      model: string;
      data: string;
      seed: number;
      embeddings: string;
      bundle?: string;
    } & RunResult)
  | { kind: "mean"; model: string; data: string; seeds: number[]; validation: Spreads; test: Spreads }
  | ({ kind: "baseline"; model: string; data: string } & Figures);

type Spreads = Record<string, Spread>;

const modes: Record<EmbeddingMode, string> = {
  exact: "tables inside the graph, every row moves at every step",
  lazy: "tables outside the graph, only the rows of a batch move",
};

/** `heed train MODEL --data NAME`: trains with the published settings and prints the figures of every seed. */
export function addTrain(program: Command): void {
  const learn = families.map(
    ({ models, dataSets }) => `${wrapped(models, "  ")}:\n${wrapped(dataSets, "    ")}`,
  );
  program
    .command("train")
    .description("train a model on a public data set, or what heed.config.ts says on your events")
    .argument("[model]", "its name; the list is below")
    .option("--data <name>", "the data set")
    .option("--seconds <n>", "without a model: time budget for all candidates")
    .option("--name <name>", "without a model: which of heed.config.ts (main)")
    .option("--seeds <list>", "seeds, separated by commas", "1")
    .option("--embeddings <mode>", "where embedding tables live: exact or lazy", "exact")
    .option("--epochs <n>", "at most this many epochs, instead of the published number")
    .option("--out <folder>", "save the model there as a bundle (of several seeds: in seed-N below it)")
    .option("--checkpoint <folder>", "save progress there after every epoch; the same command resumes it")
    .option("--checkpoint-steps <n>", "save progress after every n steps too")
    .option("--no-baselines", "leave out the models without training")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `\nWithout a model: trains on the events of HEED_HOME (the server does, where one runs),\nand says what serves, and why.\n\nModels, and the data sets they learn:\n${learn.join("\n")}`,
    )
    .action(async (model: string | undefined, flags: TrainFlags) => {
      checkUse(model, flags);
      if (model === undefined) return trainEvents(flags);
      const rows = await train(model, flags);
      const { watched } = familyOf(model);
      answer(flags.json ? rows : rows.map((row) => tableRow(row, watched)), flags.json ?? false);
    });
}

async function train(model: string, flags: TrainFlags): Promise<Row[]> {
  const data = flags.data!;
  const { task, embeddings, runs } = await prepare(model, flags);
  say(`embeddings: ${embeddings} (${modes[embeddings]})`);
  const rows: Row[] = [];
  const results: RunResult[] = [];
  for (const run of runs) {
    const { seed, out } = run;
    const result = await trainOne(task, run, progressReporter(`${model} seed ${seed}`));
    results.push(result);
    rows.push({
      kind: "seed",
      model,
      data,
      seed,
      embeddings,
      ...result,
      ...(out !== undefined && { bundle: out }),
    });
    if (out !== undefined) say(`saved ${out}`);
  }
  if (results.length > 1) {
    rows.push({
      kind: "mean",
      model,
      data,
      seeds: runs.map(({ seed }) => seed),
      validation: spreadOf(results.map(({ validation }) => validation)),
      test: spreadOf(results.map(({ test }) => test)),
    });
  }
  if (flags.baselines) rows.push(...(await baselineRows(task, data)));
  say("test figures with 95 % intervals, bootstrap of 1000 resamples");
  return rows;
}

/** Checks every flag and place before the first step, so that nothing fails after an hour that could fail now. */
async function prepare(
  model: string,
  flags: TrainFlags,
): Promise<{ task: Task; embeddings: EmbeddingMode; runs: Run[] }> {
  const family = familyOf(model);
  const seeds = wholeNumbers("--seeds", flags.seeds);
  const embeddings = oneOf("--embeddings", flags.embeddings, ["exact", "lazy"]);
  const epochs = flags.epochs === undefined ? undefined : wholeNumber("--epochs", flags.epochs, 1);
  const steps = flags.checkpointSteps;
  const everySteps = steps === undefined ? undefined : wholeNumber("--checkpoint-steps", steps, 1);
  const wrong = (what: string, remedy: string) => new HeedError("option", what, remedy);
  if (everySteps !== undefined && flags.checkpoint === undefined)
    throw wrong("--checkpoint-steps is given without --checkpoint", "say where to save: --checkpoint FOLDER");
  const data = flags.data!;
  if (!family.dataSets.includes(data)) throw unknown("data set", data, family.dataSets);
  if (!family.embeddings.includes(embeddings)) {
    throw wrong(
      `--embeddings is "${embeddings}", but ${model} needs its tables whole at every step`,
      `give --embeddings ${family.embeddings.join(" or ")}`,
    );
  }
  const signal = flags.checkpoint === undefined ? undefined : stopOnInterrupt();
  const runs = seeds.map((seed): Run => {
    const several = seeds.length > 1;
    return {
      model,
      data,
      seed,
      embeddings,
      epochs,
      signal,
      out: flags.out !== undefined && several ? join(flags.out, `seed-${seed}`) : flags.out,
      ...(flags.checkpoint !== undefined && {
        checkpoint: {
          folder: join(flags.checkpoint, `seed-${seed}`),
          ...(everySteps !== undefined && { everySteps }),
        },
      }),
    };
  });
  for (const { out } of runs) if (out !== undefined) await checkBundlePlace(out);
  return { task: family.load(data), embeddings, runs };
}

/** Ctrl-C saves a checkpoint and ends; a second one ends at once. */
function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    say("stopping after this step; press Ctrl-C again to stop at once");
    controller.abort();
  });
  return controller.signal;
}

async function baselineRows(task: Task, data: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { model, measure } of task.baselines()) {
    say(`measuring ${model} ...`);
    const validation = withIntervals(await measure("validation"));
    rows.push({ kind: "baseline", model, data, validation, test: withIntervals(await measure("test")) });
  }
  return rows;
}

/** A line for people: of the validation figures the one that training watches. */
function tableRow(row: Row, watched: string): object {
  const seed = row.kind === "seed" ? row.seed : row.kind === "mean" ? "mean" : "";
  const trained = row.kind === "seed" && {
    epochs: row.epochs,
    best: row.bestEpoch,
    "s/epoch": row.secondsPerEpoch,
  };
  const { value } = row.validation[watched]!;
  return {
    model: row.model,
    seed,
    ...trained,
    ...cells("validation", { [watched]: { value } }),
    ...cells("test", row.test),
  };
}
