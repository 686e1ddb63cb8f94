import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { formatOf, openRows, parseMapping, type RowKind, rowReader } from "../store/files/index.js";
import { inHome } from "./home.js";
import { fingerprintOf } from "./import-fingerprint.js";
import { type Imported, importRows } from "./import-rows.js";
import { localSink, type Sink, serverSink } from "./import-sinks.js";
import { oneOf } from "./options.js";
import { answer, answerJson, say } from "./output.js";
import { stopSignal } from "./stop-signal.js";

interface ImportFlags {
  as: string;
  format?: string;
  map: string[];
  ignoreRest?: boolean;
  delimiter?: string;
  project?: string;
  rejects?: string;
  strict?: boolean;
  json?: boolean;
}

const kinds = ["events", "items", "users"] as const;

/** `heed import FILE...`: rows of CSV, NDJSON or Parquet into the data folder, or into the server that holds it. */
export function addImport(program: Command): void {
  program
    .command("import")
    .description("import events, items or users from CSV, NDJSON or Parquet")
    .argument("<files...>", "files that end in .csv, .tsv, .ndjson, .jsonl or .parquet")
    .option("--as <kind>", "what the rows are: events, items or users", "events")
    .option("--format <name>", "csv, ndjson or parquet, whatever the name ends in")
    .option("--map <list>", "field=column or field=:text, by commas; may be repeated", collect, [])
    .option("--ignore-rest", "leave out columns that no field is read from")
    .option("--delimiter <text>", "between the fields of CSV: a comma unless told")
    .option("--project <name>", "the project (tenant): default unless told")
    .option("--rejects <file>", "where refused rows go: FILE.rejected.ndjson unless told")
    .option("--strict", "exit with 1 when any row was refused")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Fields of events: id time user session action item surface slate query value model items context;
of items: item title categories hidden time attributes; of users: user attributes.
Others go below context or attributes: --map context.page=url.
A time is RFC 3339 with a zone, or Unix: seconds below 10^11, milliseconds beyond.

Ratings of MovieLens, say:
  heed import ratings.csv --map user=userId,item=movieId,value=rating,time=timestamp,action=:rate

An event without an id gets one from the file's contents and its line: importing the same file
again, after Ctrl-C too, stores nothing twice. Through a server that holds while the ids are
remembered: 24 hours or 10 million events, whichever is less.`,
    )
    .action((files: string[], flags: ImportFlags) => importFiles(files, flags));
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

async function importFiles(files: readonly string[], flags: ImportFlags): Promise<void> {
  const kind = oneOf("--as", flags.as, kinds);
  const mapping = parseMapping(kind, flags.map);
  if (flags.rejects !== undefined && files.length > 1)
    throw new HeedError("option", "--rejects names one file for several", "import the files one by one");
  const signal = stopSignal();
  const done: ({ file: string } & Imported)[] = [];

  async function importOne(path: string, sink: Sink): Promise<void> {
    const format = formatOf(path, flags.format);
    const delimiter = flags.delimiter?.replace("\\t", "\t");
    const file = await openRows(path, format, delimiter === undefined ? {} : { delimiter });
    try {
      const read = rowReader(path, file, {
        kind,
        mapping,
        ignoreRest: flags.ignoreRest ?? false,
        texts: format === "csv",
      });
      const result = await importRows(file, {
        path,
        read,
        sink,
        kind,
        fingerprint: await fingerprintOf(path, kind, mapping),
        rejects: flags.rejects ?? `${path}.rejected.ndjson`,
        signal,
      });
      done.push({ file: path, ...result });
      if (result.firstRejection)
        say(
          `${path}: ${result.rejected} rows were refused, the first at line ${result.firstRejection}; see ${result.rejects}`,
        );
    } finally {
      await file.close();
    }
  }

  async function all(sink: Sink): Promise<void> {
    for (const path of files) await importOne(path, sink);
  }

  await inHome(
    ({ store }) => all(localSink(store, flags.project ?? "default", kind)),
    (call) => all(serverSink(call, flags.project, kind)),
    { create: true },
  );
  if (flags.json) answerJson(done);
  else answer(done.map(tableRow), false);
  conclude(done, kind, flags.strict ?? false);
}

function tableRow({ file, rows, imported, duplicates, rejected }: { file: string } & Imported): object {
  return { file, rows, imported, duplicates, rejected };
}

/** Fails when a file gave nothing at all, and, if that is asked for, when a row was refused. */
function conclude(done: readonly ({ file: string } & Imported)[], kind: RowKind, strict: boolean): void {
  for (const { file, rows, imported, duplicates, rejected, rejects } of done) {
    if (rows === 0) throw new HeedError("empty", `${file} has no rows`, "check that it was written whole");
    if (imported + duplicates === 0 && rejected > 0)
      throw new HeedError("rejected", `no row of ${file} is one of ${kind}`, `see why: head -3 ${rejects}`);
    if (strict && rejected > 0)
      throw new HeedError("rejected", `${rejected} rows of ${file} were refused`, `see why: ${rejects}`);
  }
}
