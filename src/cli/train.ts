import type { Command } from "commander";
import { HeedError, nearest } from "../core/errors.js";
import { dataFolder, importers } from "../data/index.js";
import { answer, progressReporter, say } from "./output.js";
import { frappeSettings, trainCtr } from "./train-ctr.js";
import { type SequenceSettings, trainSequence } from "./train-sequence.js";

interface TrainFlags {
  data: string;
  seeds: string;
  epochs?: string;
  checkpoint?: string;
  json?: boolean;
}

const sequenceSettings: SequenceSettings = {
  length: 200,
  batchSize: 128,
  epochs: 100,
  patience: 10,
  dropout: 0.1,
  dim: 64,
};

/** `heed train MODEL --data NAME`: trains with the published settings and prints validation and test figures a seed. */
export function addTrain(program: Command): void {
  program
    .command("train")
    .description("train a model on a public data set with its published settings, and test it")
    .argument("<model>", `lr, fm, dnn, deepfm, dcn-v2 (frappe); sasrec (ml-1m-seq, amazon-beauty-seq)`)
    .requiredOption("--data <name>", "the data set")
    .option("--seeds <list>", "seeds, separated by commas", "1")
    .option("--epochs <n>", "at most this many epochs (sequence models)")
    .option("--checkpoint <folder>", "save here after every epoch, and resume from here (one seed)")
    .option("--json", "print JSON")
    .action(async (model: string, flags: TrainFlags) => {
      const seeds = flags.seeds.split(",").map(Number);
      if (seeds.some((seed) => !Number.isInteger(seed))) {
        throw new HeedError(
          "option",
          `--seeds is "${flags.seeds}"`,
          "give whole numbers, for example --seeds 1,2,3",
        );
      }
      const rows = [];
      for (const seed of seeds) rows.push(await trainOne(model, flags, seed));
      answer(rows, flags.json ?? false);
    });
}

async function trainOne(model: string, flags: TrainFlags, seed: number): Promise<object> {
  const report = progressReporter(`${model} seed ${seed}`);
  const flatten = ({ validation, test, ...rest }: { validation: object; test: object }) => ({
    ...rest,
    ...prefixed("validation", validation),
    ...prefixed("test", test),
  });
  say(`embeddings: exact (tables inside the graph, every row at every step)`);
  if (flags.data === "frappe") {
    const settings = frappeSettings[model];
    if (!settings) throw unknown("model", model, Object.keys(frappeSettings));
    return flatten(
      await trainCtr(model, importers.frappe.load(dataFolder("frappe")), settings, seed, report),
    );
  }
  if (flags.data === "ml-1m-seq" || flags.data === "amazon-beauty-seq") {
    if (model !== "sasrec") throw unknown("model", model, ["sasrec"]);
    const data = importers[flags.data].load(dataFolder(flags.data));
    const settings = {
      ...sequenceSettings,
      ...(flags.data === "amazon-beauty-seq" && { length: 50 }),
      ...(flags.epochs && { epochs: Number(flags.epochs) }),
    };
    return flatten(await trainSequence(data, settings, seed, report, flags.checkpoint));
  }
  throw unknown("data set", flags.data, ["frappe", "ml-1m-seq", "amazon-beauty-seq"]);
}

function prefixed(prefix: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, value]));
}

function unknown(kind: string, given: string, known: string[]): HeedError {
  const near = nearest(given, known);
  return new HeedError(
    "unknown",
    `no ${kind} "${given}" here`,
    near ? `did you mean "${near}"?` : `choose one of ${known.join(", ")}`,
  );
}
