import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { clickData } from "../experiments/index.js";
import {
  type Background,
  datasetTable,
  exposureTable,
  type FeatureReport,
  type FeatureTable,
  fileTable,
  heuristicNames,
  heuristicOf,
  type RankOptions,
  rankFeatures,
  transformNames,
  transformOf,
} from "../features/index.js";
import { inHome } from "./home.js";
import { oneOf, wholeNumber } from "./options.js";
import { answer, answerJson, partBar, say } from "./output.js";
import { stopSignal } from "./stop-signal.js";

interface RankFlags {
  label?: string;
  data?: string;
  events?: boolean;
  project: string;
  format?: string;
  delimiter?: string;
  columns?: string;
  ignore?: string;
  score: string;
  background: string;
  batch: string;
  every: string;
  share: string;
  order: string;
  focus?: string;
  redundancy?: boolean;
  reference?: string;
  numeric?: string;
  transform: string;
  multivalue?: string;
  separator: string;
  within?: string;
  seed: string;
  top: string;
  json?: boolean;
}

/** `heed features rank`: which columns tell about a label, and what is wrong with the data. */
export function addFeatures(program: Command): void {
  const features = program.command("features").description("look into data before a model learns it");
  features
    .command("rank")
    .description("rank columns by what they tell about a label, and check the data")
    .argument("[file]", "rows of CSV, NDJSON or Parquet; CSV and NDJSON may be gzipped")
    .option("--label <column>", "what to rank against; for --events an action, such as click")
    .option("--data <name>", "a click data set in place of a file")
    .option("--events", "what was shown and what came of it, from the data folder, in place of a file")
    .option("--project <name>", "the project (tenant) of --events", "default")
    .option("--format <name>", "csv, ndjson or parquet, whatever the name ends in")
    .option("--delimiter <text>", "between the fields of CSV: a comma unless told")
    .option("--columns <list>", "only these, by commas")
    .option("--ignore <list>", "all but these")
    .option("--score <name>", "how features are scored, see below", "corrected")
    .option("--background <name>", "shift, as published, or permutation: less noise", "shift")
    .option("--batch <rows>", "rows scored together", "16384")
    .option("--every <n>", "keep every n-th row: 10, say, of a long log", "1")
    .option("--share <part>", "part of a batch to score, evenly by value: faster", "1")
    .option("--order <n>", "2: rank crosses of two columns too; 3: of three", "1")
    .option("--focus <list>", "columns that crosses are made of")
    .option("--redundancy", "score columns against each other; order by what each adds")
    .option("--reference <list>", "columns a model has: count only what is new beside them")
    .option("--numeric <list>", "columns of numbers, for transformed copies")
    .option("--transform <list>", `those copies: ${transformNames.join(", ")}`, "bins")
    .option("--multivalue <list>", "columns of lists, for a feature a value")
    .option("--separator <text>", "between the values of a list", ";")
    .option("--within <list>", "inner/outer: one column within each value of another")
    .option("--seed <n>", "of the shuffles and of the noise", "0")
    .option("--top <n>", "features to show", "30")
    .option("--json", "print the whole report as JSON")
    .addHelpText(
      "after",
      `
Scores: ${heuristicNames.slice(0, 5).join(", ")},
${heuristicNames.slice(5).join(", ")}.
"corrected" is mutual information in nats less what chance gives as many values: noise scores
about 0 however many values it has. Five columns of noise are ranked too, and what scores no
more than the best of them is marked.`,
    )
    .action((file: string | undefined, flags: RankFlags) => rank(file, flags));
}

async function rank(file: string | undefined, flags: RankFlags): Promise<void> {
  const top = wholeNumber("--top", flags.top, 1);
  const options = rankOptions(flags);
  const signal = stopSignal();
  const report = await withTable(file, flags, options.label, async (table) => {
    const bar = partBar(table.name);
    try {
      return await rankFeatures(table, {
        ...options,
        signal,
        progress: (rows, part) => bar.update(part, `${rows} rows`),
      });
    } finally {
      bar.stop();
    }
  });
  const rate = Math.round(report.rows / report.seconds);
  say(`${report.rows} rows in ${report.batches} batches, ${report.seconds.toFixed(2)} s, ${rate} rows/s`);
  if (flags.json) answerJson(report);
  else show(report, top);
}

/** Works on the table that the flags name: just one of a file, a data set and the event log. */
async function withTable(
  file: string | undefined,
  { data, events, project, format, delimiter }: RankFlags,
  label: string,
  work: (table: FeatureTable) => Promise<FeatureReport>,
): Promise<FeatureReport> {
  const named = [file, data, events].filter((each) => each !== undefined).length;
  if (named !== 1) {
    throw new HeedError(
      "option",
      named === 0 ? "there is nothing to rank" : "a file, --data and --events were given together",
      "give one of them: heed features rank clicks.csv --label click",
    );
  }
  if (data !== undefined) return work(datasetTable(clickData(data)));
  if (file !== undefined)
    return work(
      await fileTable(file, {
        ...(format !== undefined && { format }),
        ...(delimiter !== undefined && { delimiter: delimiter.replace("\\t", "\t") }),
      }),
    );
  return inHome(
    ({ store }) => work(exposureTable(store, { project, action: label })),
    async () => {
      throw new HeedError(
        "locked",
        "the data folder is in use by a running server",
        "stop it first, or rank a copy: `heed backup`, then HEED_HOME=COPY heed features rank --events",
      );
    },
  );
}

function rankOptions(flags: RankFlags): RankOptions {
  const label = flags.label ?? (flags.data === undefined ? undefined : "label");
  if (label === undefined)
    throw new HeedError("option", "--label is missing", "name what to rank against: --label click");
  const share = Number(flags.share);
  if (!(share > 0 && share <= 1))
    throw new HeedError("option", `--share is "${flags.share}"`, "give a part of 1, for example --share 0.3");
  return {
    label,
    ...(flags.columns !== undefined && { columns: listOf("--columns", flags.columns) }),
    ignore: listOf("--ignore", flags.ignore),
    heuristic: heuristicOf(flags.score),
    background: oneOf<Background>("--background", flags.background, ["shift", "permutation"]),
    batchRows: wholeNumber("--batch", flags.batch, 2),
    every: wholeNumber("--every", flags.every, 1),
    share,
    order: wholeNumber("--order", flags.order, 1),
    focus: listOf("--focus", flags.focus),
    redundancy: flags.redundancy ?? false,
    reference: listOf("--reference", flags.reference),
    numeric: listOf("--numeric", flags.numeric),
    transforms: listOf("--transform", flags.transform).map(transformOf),
    multivalue: listOf("--multivalue", flags.multivalue),
    separator: flags.separator,
    within: listOf("--within", flags.within).map(insideOf),
    seed: wholeNumber("--seed", flags.seed),
  };
}

function listOf(flag: string, text: string | undefined): string[] {
  if (text === undefined) return [];
  const names = text.split(",").map((name) => name.trim());
  if (!names.includes("")) return names;
  throw new HeedError("option", `${flag} is "${text}"`, `give names separated by commas: ${flag} age,city`);
}

function insideOf(text: string): [string, string] {
  const [inner, outer, ...more] = text.split("/");
  if (inner && outer && more.length === 0) return [inner, outer];
  throw new HeedError("option", `--within has "${text}"`, "give inner/outer: --within item/surface");
}

function show(report: FeatureReport, top: number): void {
  const places = new Map(report.maxRelevance.map(({ feature }, i) => [feature, i + 1]));
  const profiles = new Map(report.columns.map((profile) => [profile.column, profile]));
  const rows = report.ranking.slice(0, top).map(({ feature, kind, score, scaled, max, belowNoise }) => {
    const profile = kind === "column" ? profiles.get(feature) : undefined;
    return {
      feature,
      kind,
      score,
      scaled,
      max,
      values: profile?.cardinality,
      missing: profile && profile.missing / report.rows,
      ...(places.size > 0 && { order: places.get(feature) }),
      note: belowNoise ? "noise" : "",
    };
  });
  answer(rows, false);
  if (report.ranking.length > top) say(`and ${report.ranking.length - top} more: --top, or --json for all`);
  if (report.reference)
    process.stdout.write(
      `\n${report.reference.columns.join(" AND ")} alone: ${report.reference.score.toPrecision(5)}\n`,
    );
  if (report.findings.length === 0) return;
  process.stdout.write("\n");
  answer(
    report.findings.map(({ code, what, remedy }) => ({ finding: code, what, remedy })),
    false,
  );
}
