import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { parseTime } from "../events/index.js";
import { formatOf, refuseExisting, timeText, writeRows } from "../store/files/index.js";
import { type ExportFilter, localRows, type RowBatches, serverRows } from "./export-rows.js";
import { inHome } from "./home.js";
import { refuseProject } from "./import-sinks.js";
import { oneOf } from "./options.js";
import { answer, answerJson, partBar } from "./output.js";
import { stopSignal } from "./stop-signal.js";

interface ExportFlags {
  out: string;
  format?: string;
  from?: string;
  to?: string;
  user?: string;
  project?: string;
  json?: boolean;
}

const kinds = ["events", "items", "users"] as const;

/** `heed export KIND --out FILE`: everything of a kind, as `heed import` reads it again. */
export function addExport(program: Command): void {
  program
    .command("export")
    .description("export events, items or users to CSV, NDJSON or Parquet")
    .argument("<kind>", "events, items or users")
    .requiredOption("--out <file>", "a new file that ends in .csv, .ndjson or .parquet")
    .option("--format <name>", "csv, ndjson or parquet, whatever the name ends in")
    .option("--from <time>", "events from this time on: RFC 3339 or Unix")
    .option("--to <time>", "events before this time")
    .option("--user <name>", "this user's events")
    .option("--project <name>", "the project (tenant): default unless told")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
The file appears under its name once it is complete. Importing it again gives the same rows.
An event's time is when it happened by the server's clock; its user is who that became by a merge.`,
    )
    .action((kind: string, flags: ExportFlags) => exportRows(kind, flags));
}

async function exportRows(kindText: string, flags: ExportFlags): Promise<void> {
  const kind = oneOf("KIND", kindText, kinds);
  const { out, user } = flags;
  const format = formatOf(out, flags.format);
  refuseExisting(out);
  if (kind !== "events" && (flags.from ?? flags.to ?? user) !== undefined)
    throw new HeedError("option", `--from, --to and --user are for events, not ${kind}`, "leave them out");
  const filter: ExportFilter = {
    from: timeOf("--from", flags.from) ?? Number.NEGATIVE_INFINITY,
    to: timeOf("--to", flags.to) ?? Number.POSITIVE_INFINITY,
    ...(user !== undefined && { user }),
  };
  const signal = stopSignal();
  const bar = partBar(out);

  async function* watched(batches: RowBatches) {
    let count = 0;
    for await (const { rows, part } of batches) {
      if (signal.aborted)
        throw new HeedError("stopped", `stopped; ${out} was not written`, "run the same command again");
      count += rows.length;
      bar.update(part, `${count} rows`);
      yield rows;
    }
  }

  try {
    const rows = await inHome(
      ({ store }) =>
        writeRows(out, format, kind, watched(localRows(store, flags.project ?? "default", kind, filter))),
      (call) => {
        refuseProject(flags.project);
        return writeRows(out, format, kind, watched(serverRows(call, kind, filter)));
      },
    );
    bar.stop();
    const result = { file: out, kind, format, rows };
    if (flags.json) answerJson(result);
    else answer([result], false);
  } finally {
    bar.stop();
  }
}

function timeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : timeText(text);
  const zoned = time !== null && /(Z|[+-]\d\d:\d\d)$/.test(time);
  const milliseconds = zoned ? parseTime(time) : Number.NaN;
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new HeedError(
    "option",
    `${flag} is "${text}"`,
    `give a time with a zone: ${flag} 2026-05-04T10:00:00Z`,
  );
}
