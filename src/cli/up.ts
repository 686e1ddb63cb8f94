import { createServer as createProbe } from "node:net";
import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import {
  closeOnSignals,
  compatibility,
  configInForce,
  createHttpServer,
  demonstrationPage,
  type Heed,
  listKeys,
  openHeed,
  readConfigFile,
  studio,
} from "../serve/index.js";
import type { EmbeddedStore } from "../store/index.js";
import { importDemo, wantsSample } from "./demo-data.js";
import { heedHome, heedPort, openHome } from "./environment.js";
import { wholeNumber } from "./options.js";
import { say } from "./output.js";
import { reportTraining, sayChanges } from "./report-training.js";

interface UpFlags {
  seconds: string;
  host: string;
  json?: boolean;
}

/** `heed up`: serve what the configuration says; without one, import the sample, serve the best simple model, train beside it. */
export function addUp(program: Command): void {
  program
    .command("up")
    .description("serve recommendations, and train a better model meanwhile")
    .option("--seconds <n>", "time budget of the first training; later ones: models.NAME.seconds", "30")
    .option("--host <address>", "where to listen; beyond this machine only with keys", "127.0.0.1")
    .option("--json", "print one line of JSON whenever models were compared")
    .addHelpText(
      "after",
      "\nReads heed.config.ts of this folder. Where there is none and no data yet, it imports the sample." +
        "\nHEED_HOME is the data folder (.heed unless set).\nHEED_PORT is the port (4141 unless set; 0 is any free one).",
    )
    .action(up);
}

async function up({ seconds: budget, host, json = false }: UpFlags): Promise<void> {
  const seconds = wholeNumber("--seconds", budget, 1);
  const home = heedHome();
  const port = heedPort();
  // Before the import: a port that is taken should not be found out after ten seconds of work.
  await checkPort(port, host);
  const file = await readConfigFile(process.cwd());
  const store = await openHome(home);
  const stop = stopSignal();
  let heed: Heed | undefined;
  try {
    const config = await configInForce(file, store.registry);
    heed = await openHeed({
      store,
      config,
      ...(file && { sources: file.sources, similarities: file.similarities }),
      report: (problem) => say(`heed: ${problem.message}`),
      keepTrained: () => [...new Set(["default", ...listKeys(home).map(({ project }) => project)])],
    });
    if (!file && (await wantsSample(store))) {
      say("importing the MovieTweetings sample (100,000 ratings, MIT) ...");
      await importDemo(heed, store, stop.signal);
    }
    await trainSimple(heed, json);
    // Counted once on the first request otherwise, which would not wait for it.
    await heed.popular();
    stop.signal.throwIfAborted();
  } catch (error) {
    await (heed ?? store).close();
    throw error;
  }
  stop.release();
  await serve(heed, store, { home, host, port, seconds, json });
}

async function serve(
  heed: Heed,
  store: EmbeddedStore,
  {
    home,
    host,
    port,
    seconds,
    json,
  }: { home: string; host: string; port: number; seconds: number; json: boolean },
): Promise<void> {
  const page = demonstrationPage(store);
  const others = compatibility(heed);
  const server = await createHttpServer(heed, {
    home,
    backup: (folder) => store.backup(folder),
    extend(fastify, about) {
      page(fastify);
      studio()(fastify);
      others(fastify, about);
    },
  });
  closeOnSignals(server.close);
  const address = await server.listen({ port, host }).catch(async (error) => {
    await server.close();
    throw error;
  });
  store.announce({ address });
  say(`Heed serves ${address}  (Ctrl-C stops it); its Studio: ${address}/studio`);
  await trainComplete(heed, seconds, json);
}

/** Compares what needs no training where nothing serves yet; without enough events the fall-backs serve. */
async function trainSimple(heed: Heed, json: boolean): Promise<void> {
  const [main] = await heed.models();
  if (main!.serving) {
    reportTraining({ ...main!, serving: main!.serving.model }, json);
    return;
  }
  try {
    const { finished } = await heed.train("main", { simpleOnly: true });
    reportTraining(await finished, json);
  } catch (error) {
    if (!(error instanceof HeedError) || error.code !== "too-few-events") throw error;
    say("too few events to compare models: what is popular or new serves");
  }
}

/** Trains the candidates where none ever took part in a comparison. What serves goes on serving whatever happens. */
async function trainComplete(heed: Heed, seconds: number, json: boolean): Promise<void> {
  const [main] = await heed.models();
  const { compared, complete, name } = main!;
  if (compared.length === 0 || complete) return;
  try {
    const { finished } = await heed.train(name, { seconds });
    const shown = setInterval(sayChanges(heed, name), 500);
    reportTraining(await finished.finally(() => clearInterval(shown)), json);
  } catch (error) {
    if (error instanceof HeedError && error.code === "stopped") return;
    say(error instanceof Error ? error.message : String(error));
  }
}

/** Ctrl-C or SIGTERM before serving: finish what is being written and end. */
function stopSignal(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () =>
    controller.abort(
      new HeedError("stopped", "stopped before serving", "the next `heed up` goes on where this one was"),
    );
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const release = () => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  };
  return { signal: controller.signal, release };
}

async function checkPort(port: number, host: string): Promise<void> {
  const probe = createProbe();
  await new Promise<void>((done, failed) => {
    probe.once("error", (cause) => failed(portError(port, cause)));
    probe.listen(port, host, done);
  });
  await new Promise((done) => probe.close(done));
}

function portError(port: number, cause: unknown): HeedError {
  const code = (cause as NodeJS.ErrnoException).code;
  const remedy = `choose a port: HEED_PORT=${port + 1} heed up`;
  if (code === "EADDRINUSE")
    return new HeedError("port", `port ${port} is taken`, `stop the other program, or ${remedy}`, { cause });
  return new HeedError("port", `port ${port} cannot be used: ${code ?? cause}`, remedy, { cause });
}
