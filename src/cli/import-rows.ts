import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { HeedError } from "../core/errors.js";
import type { Mapped, RowFile, RowKind } from "../store/files/index.js";
import type { Sink, Value } from "./import-sinks.js";
import { partBar } from "./output.js";

export interface Imported {
  /** Rows that the file holds, as far as they were read. */
  rows: number;
  imported: number;
  /** Rows that were stored before, in this import or an earlier one. */
  duplicates: number;
  rejected: number;
  /** Line of the first row that was refused. */
  firstRejection?: number;
  /** The file that says which rows were refused and why. */
  rejects?: string;
}

export interface ImportOptions {
  path: string;
  read: (values: Readonly<Record<string, unknown>>) => Mapped;
  sink: Sink;
  kind: RowKind;
  fingerprint: string;
  rejects: string;
  signal: AbortSignal;
}

/** Rows between two notes of how far an import is. */
const noteEvery = 100_000;

interface Pending {
  line: number;
  value: Value;
  raw: unknown;
}

interface Refused {
  line: number;
  path: string;
  reason: string;
  row: unknown;
}

/**
 * Stores the rows of a file in their order, as many at a time as the sink takes. What is refused goes into a file of its own.
 * Errors: "stopped" when the signal aborts; every row before the line it names is stored or refused.
 */
export async function importRows(file: RowFile, options: ImportOptions): Promise<Imported> {
  const { path, read, sink, kind, fingerprint, signal } = options;
  const total: Imported = { rows: 0, imported: 0, duplicates: 0, rejected: 0 };
  const from = await sink.resume(fingerprint);
  const rejects = openRejects(options.rejects, from > 0);
  const bar = partBar(path);
  let pending: Pending[] = [];
  let refused: Refused[] = [];
  let noted = 0;
  let last = 0;

  function tellRefused(): void {
    for (const each of refused.sort((a, b) => a.line - b.line)) {
      rejects.write(each);
      total.firstRejection ??= each.line;
      total.rejects = options.rejects;
    }
    total.rejected += refused.length;
    refused = [];
  }

  async function flush(): Promise<void> {
    if (pending.length > 0) {
      const result = await sink.store(pending.map(({ value }) => value));
      total.imported += result.accepted;
      total.duplicates += result.duplicates;
      for (const { index, path, reason } of result.rejected) {
        const { line, raw } = pending[index]!;
        refused.push({ line, path, reason, row: raw });
      }
      pending = [];
    }
    tellRefused();
    if (total.rows - noted >= noteEvery) {
      await sink.note(fingerprint, last);
      noted = total.rows;
    }
    if (signal.aborted) {
      await sink.note(fingerprint, last);
      throw new HeedError(
        "stopped",
        `${path}: stopped after line ${last}`,
        "run the same command again: it goes on there, and stores nothing twice",
      );
    }
  }

  try {
    for await (const { rows, part } of file.batches) {
      for (const row of rows) {
        total.rows++;
        last = row.line;
        if (row.line <= from) {
          total.duplicates++;
          continue;
        }
        const mapped: Mapped = "reason" in row ? { path: "", reason: row.reason } : read(row.values);
        const raw = "values" in row ? row.values : null;
        if ("reason" in mapped) refused.push({ line: row.line, ...mapped, row: raw });
        else
          pending.push({ line: row.line, value: identified(kind, mapped.value, fingerprint, row.line), raw });
        if (pending.length + refused.length >= sink.size) await flush();
      }
      bar.update(part, `${total.rows} rows`);
      if (signal.aborted) await flush();
    }
    await flush();
    if (last > from) await sink.note(fingerprint, last);
  } finally {
    bar.stop();
    rejects.close();
  }
  return total;
}

/** An event that came without an id, with one that the same line of the same file always gets. */
function identified(kind: RowKind, value: Record<string, unknown>, fingerprint: string, line: number): Value {
  if (kind !== "events" || value.id !== undefined) return value;
  return { ...value, id: `import-${fingerprint}-${line}` };
}

/** The file of refused rows: made with the first of them, gone on with where an import is resumed. */
function openRejects(path: string, resumed: boolean) {
  let file: number | null = null;
  if (!resumed) unlessUnwritable(path, () => rmSync(path, { force: true }));
  return {
    write(entry: Refused): void {
      unlessUnwritable(path, () => {
        file ??= openSync(path, "a");
        writeSync(
          file,
          `${JSON.stringify(entry, (_, value) => (typeof value === "bigint" ? String(value) : value))}\n`,
        );
      });
    },
    close(): void {
      if (file !== null) closeSync(file);
    },
  };
}

function unlessUnwritable(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new HeedError(
      "file",
      `${path}, for rows that are refused, cannot be written: ${cause instanceof Error ? cause.message : cause}`,
      "name another file for them: --rejects /tmp/rejected.ndjson",
      { cause },
    );
  }
}
