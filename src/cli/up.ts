import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { ragged, row, rowsOf } from "../data/index.js";
import { type CountingModel, fitItemKnn, fitPopular } from "../models/index.js";
import {
  bundleScorer,
  countingScorer,
  createEngine,
  createServer,
  type Engine,
  loadCatalogue,
  type ModelRow,
  splitOutcomes,
  type TimeSplit,
} from "../serve/index.js";
import { openDuckDb } from "../store/index.js";
import { figures, modelRow } from "./compare.js";
import { importDemo } from "./demo-data.js";
import { answer, say } from "./output.js";
import type { TrainMessage, TrainRequest } from "./train-worker.js";

/** `heed up`: import the sample, compare simple models, serve the best, train SASRec beside it, serve the winner. */
export function addUp(program: Command): void {
  program
    .command("up")
    .description(
      "serve personalised recommendations from the bundled sample, and train a better model meanwhile",
    )
    .option("--seconds <n>", "time budget of the training", "30")
    .option("--json", "print JSON")
    .action(async (flags: { seconds: string; json?: boolean }) => {
      const seconds = Number(flags.seconds);
      if (!(seconds > 0))
        throw new HeedError("option", `--seconds is "${flags.seconds}"`, "give a positive number");
      await up(seconds, flags.json ?? false);
    });
}

async function up(seconds: number, json: boolean): Promise<void> {
  const home = process.env.HEED_HOME ?? ".heed";
  const port = Number(process.env.HEED_PORT ?? 4141);
  const store = await openDuckDb(join(home, "heed.duckdb"));
  if (await store.isEmpty()) {
    say("importing the MovieTweetings sample (100,000 ratings, MIT) ...");
    await importDemo(store);
  }
  const catalogue = await loadCatalogue(store);
  const items = catalogue.items.length - 1;
  const outcomes = (await store.outcomes()).flatMap(({ user, item }) => {
    const id = catalogue.idOf(item);
    return id === undefined ? [] : [{ user, item: id }];
  });
  const split = splitOutcomes(outcomes, items);
  const rows: ModelRow[] = [];
  for (const model of [fitPopular(split.train), fitItemKnn(split.train)])
    rows.push(await judge(model, items, split));
  const everything = histories(outcomes, items);
  const explainer = fitItemKnn(everything);
  const simple = best(rows);
  const scorerOf = (name: string) =>
    countingScorer(name === "popular" ? fitPopular(everything) : explainer, items);
  const engine = createEngine(store, catalogue, explainer, scorerOf(simple.model));
  report(engine, rows, simple, "waiting to train", json);
  const server = createServer(engine);
  try {
    await server.listen({ port, host: "127.0.0.1" });
  } catch (cause) {
    await store.close();
    throw new HeedError(
      "port",
      `port ${port} is taken`,
      `stop the other program, or choose a port: HEED_PORT=${port + 1} heed up`,
      { cause },
    );
  }
  say(`Heed serves http://127.0.0.1:${port}  (Ctrl-C stops it)`);
  const child = await compareTrained(engine, home, split, rows, seconds, json);
  const stop = async () => {
    child?.kill();
    await server.close();
    await store.close();
    process.exit(0);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

async function judge(model: CountingModel, items: number, split: TimeSplit): Promise<ModelRow> {
  const scorer = countingScorer(model, items);
  const validation = await figures(scorer, split.validation);
  return modelRow(model.name, validation.ndcg.mean, await figures(scorer, split.test));
}

function best(rows: readonly ModelRow[]): ModelRow {
  return rows.reduce((a, b) => (b.validationNdcg > a.validationNdcg ? b : a));
}

function histories(outcomes: readonly { user: string; item: number }[], items: number) {
  const lists = new Map<string, number[]>();
  for (const { user, item } of outcomes) {
    const list = lists.get(user);
    if (list) list.push(item);
    else lists.set(user, [item]);
  }
  return ragged([...lists.values()], items + 1);
}

/** Shows the comparison to people and programs. */
function report(
  engine: Engine,
  rows: readonly ModelRow[],
  serving: ModelRow,
  training: string,
  json: boolean,
): void {
  engine.status.models = rows.map((entry) => ({ ...entry, serving: entry.model === serving.model }));
  engine.status.training = training;
  engine.status.why = `${serving.model} serves: it has the best validation NDCG@10 (${serving.validationNdcg.toFixed(4)}) of ${rows.length} models.`;
  answer(engine.status.models, json);
  say(engine.status.why);
}

/** Takes SASRec from its bundle, or trains it in a child process, and promotes it if it is best on validation. */
async function compareTrained(
  engine: Engine,
  home: string,
  split: TimeSplit,
  rows: readonly ModelRow[],
  seconds: number,
  json: boolean,
): Promise<ChildProcess | null> {
  const bundle = join(home, "bundles", "sasrec");
  const comparison = join(home, "bundles", "sasrec.json");
  const vocabulary = engine.catalogue.items.map(({ item }) => item);

  async function decide(trained: ModelRow): Promise<void> {
    const all = [...rows, trained];
    const winner = best(all);
    if (winner === trained) await engine.promote(await bundleScorer(bundle, vocabulary));
    report(engine, all, winner, "trained", json);
  }

  if (existsSync(bundle) && existsSync(comparison)) {
    await decide(JSON.parse(await readFile(comparison, "utf8")) as ModelRow);
    return null;
  }
  const child = fork(new URL("./train-worker.js", import.meta.url), { serialization: "advanced" });
  const request: TrainRequest = {
    bundle,
    vocabulary,
    train: Array.from({ length: rowsOf(split.train) }, (_, i) => row(split.train, i).slice()),
    validation: split.validation,
    test: split.test,
    seconds,
  };
  child.on("message", (message: TrainMessage) => {
    if (message.kind === "progress") {
      engine.status.training = `training sasrec: epoch ${message.epoch}, validation NDCG@10 ${message.ndcg.toFixed(4)}`;
      say(engine.status.training);
    } else if (message.kind === "failed") {
      engine.status.training = `training failed: ${message.message}`;
      say(engine.status.training);
    } else {
      const trained = modelRow("sasrec", message.validation, message.test);
      writeFile(comparison, JSON.stringify(trained))
        .then(() => decide(trained))
        .catch((error: Error) => say(`heed: ${error.message}`));
    }
  });
  child.send(request);
  engine.status.training = "training sasrec";
  return child;
}
