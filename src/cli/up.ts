import { type AddressInfo, createServer as createProbe } from "node:net";
import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { fitItemKnn, fitPopular } from "../models/index.js";
import {
  createEngine,
  createServer,
  type Engine,
  loadCatalogue,
  type ModelRow,
  splitOutcomes,
  type TimeSplit,
} from "../serve/index.js";
import { choose, judge } from "./compare.js";
import { importDemo } from "./demo-data.js";
import { heedHome, heedPort, openStore } from "./environment.js";
import { wholeNumber } from "./options.js";
import { answer, say } from "./output.js";
import { countedScores, graphScores } from "./ranking.js";
import { histories, itemNames, outcomesOf, saveDecision, servedModels } from "./serving.js";
import { type Training, trainedModel } from "./trained-model.js";

/** `heed up`: import the sample, compare simple models, serve the best, train SASRec beside it, serve the winner. */
export function addUp(program: Command): void {
  program
    .command("up")
    .description("serve recommendations from the bundled sample, and train a better model meanwhile")
    .option("--seconds <n>", "time budget of the training", "30")
    .option("--json", "print one line of JSON whenever another model serves")
    .addHelpText(
      "after",
      "\nHEED_HOME is the data folder (.heed unless set).\nHEED_PORT is the port (4141 unless set; 0 is any free one).",
    )
    .action((flags: { seconds: string; json?: boolean }) =>
      up(wholeNumber("--seconds", flags.seconds, 1), flags.json ?? false),
    );
}

async function up(seconds: number, json: boolean): Promise<void> {
  const home = heedHome();
  const port = heedPort();
  const store = await openStore(home);
  const signal = stopSignal();
  let server: ReturnType<typeof createServer> | undefined;
  try {
    // Before the import: a port that is taken should not be found out after ten seconds of work.
    await checkPort(port);
    if (await store.isEmpty()) {
      say("importing the MovieTweetings sample (100,000 ratings, MIT) ...");
      await importDemo(store, signal);
    }
    const catalogue = await loadCatalogue(store);
    const items = catalogue.items.length - 1;
    const outcomes = await outcomesOf(store, catalogue);
    const split = splitOutcomes(outcomes, items);
    const rows = await judgeSimple(split, signal);
    const models = servedModels(histories(outcomes, items), catalogue, home);
    const { winner, why } = choose(rows);
    const engine = createEngine(store, catalogue, models.explainer, await models.scorer(winner));
    const names = itemNames(catalogue);
    const comparison: Comparison = { engine, home, vocabulary: names, split, rows, seconds, json };
    await report(comparison, winner, why, "waiting to train");
    server = createServer(engine);
    await listen(server, port);
    say(`Heed serves http://127.0.0.1:${(server.server.address() as AddressInfo).port}  (Ctrl-C stops it)`);
    await Promise.all([addTrained(comparison, signal), aborted(signal)]);
  } finally {
    await server?.close();
    await store.close();
  }
}

/** Ctrl-C or SIGTERM once: finish what is being written and end. Twice: end at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () =>
    controller.abort(
      new HeedError("stopped", "stopped before serving", "the next `heed up` goes on where this one was"),
    );
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((done) => signal.addEventListener("abort", done, { once: true }));
}

async function checkPort(port: number): Promise<void> {
  const probe = createProbe();
  await new Promise<void>((done, failed) => {
    probe.once("error", (cause) => failed(portError(port, cause)));
    probe.listen(port, "127.0.0.1", done);
  });
  await new Promise((done) => probe.close(done));
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  try {
    await server.listen({ port, host: "127.0.0.1" });
  } catch (cause) {
    throw portError(port, cause);
  }
}

function portError(port: number, cause: unknown): HeedError {
  const code = (cause as NodeJS.ErrnoException).code;
  const remedy = `choose a port: HEED_PORT=${port + 1} heed up`;
  if (code === "EADDRINUSE")
    return new HeedError("port", `port ${port} is taken`, `stop the other program, or ${remedy}`, { cause });
  return new HeedError("port", `port ${port} cannot be used: ${code ?? cause}`, remedy, { cause });
}

/** Everything the comparison of models is made of. */
interface Comparison extends Training {
  engine: Engine;
  rows: ModelRow[];
  json: boolean;
}

/** The models without training; none when there are too few events to judge by. */
async function judgeSimple(split: TimeSplit, signal: AbortSignal): Promise<ModelRow[]> {
  if (split.validation.length === 0 || split.test.length === 0) return [];
  const rows: ModelRow[] = [];
  for (const model of [fitPopular(split.train), fitItemKnn(split.train)])
    rows.push(await judge(model.name, countedScores(model), split, signal));
  return rows;
}

/** Shows the comparison to people and programs. */
async function report(
  { engine, home, rows, json }: Comparison,
  serving: string,
  why: string,
  training: string,
): Promise<void> {
  const models = rows.map((entry) => ({ ...entry, serving: entry.model === serving }));
  Object.assign(engine.status, { models, training, why });
  await saveDecision(home, { model: serving, why });
  if (json) process.stdout.write(`${JSON.stringify({ serving, why, training, models })}\n`);
  else answer(models, false);
  say(why);
}

/** Takes SASRec from its bundle, or trains it, and promotes it if it is best on validation. Serving goes on whatever happens. */
async function addTrained(comparison: Comparison, signal: AbortSignal): Promise<void> {
  const { engine } = comparison;
  if (comparison.rows.length === 0) {
    engine.status.training = "too few events to train";
    return;
  }
  try {
    const scorer = await trainedModel(
      comparison,
      (state) => Object.assign(engine.status, { training: state }),
      signal,
    );
    const { bundle, model } = scorer;
    const { manifest } = bundle;
    const length = manifest.kind === "sequence" ? manifest.length : 0;
    const judged = await judge(model, graphScores(bundle.run, length), comparison.split, signal);
    const all = { ...comparison, rows: [...comparison.rows, judged] };
    const { winner, why } = choose(all.rows);
    if (winner === model) await engine.promote(scorer);
    else await scorer.release();
    await report(all, winner, why, "trained");
  } catch (error) {
    if (signal.aborted) return;
    engine.status.training = error instanceof HeedError ? error.message : String(error);
    say(engine.status.training);
  }
}
