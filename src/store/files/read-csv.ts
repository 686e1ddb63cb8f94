import { isUtf8 } from "node:buffer";
import { HeedError } from "../../core/errors.js";
import type { Line } from "../../core/lines.js";
import { inBatches, type LineFile, openLines } from "./lines.js";
import { type FileRow, longestLine, type RowFile } from "./row-file.js";

/** A record of a CSV file: its fields, null where an unquoted one is empty, or why it is none. */
type CsvRecord = { line: number; fields: (string | null)[] } | { line: number; reason: string };

const quoteRule = 'enclose the field in double quotes and write a quote inside it as ""';

/**
 * A file of comma-separated values (RFC 4180) whose first line names the columns. An empty field is nothing; a quoted empty
 * one ("") is an empty text. Quoted fields may hold line breaks.
 */
export async function openCsv(path: string, delimiter: string): Promise<RowFile> {
  const file = openLines(path, { blank: true });
  const records = recordsOf(file, delimiter);
  const first = await records.next();
  if (first.done) throw new HeedError("empty", `${path} is empty`, "check that it was written whole");
  const columns = header(path, first.value, delimiter);
  return {
    columns,
    batches: inBatches(rowsOf(records, columns), file),
    close: async () => file.close(),
  };
}

function header(path: string, record: CsvRecord, delimiter: string): string[] {
  if ("reason" in record)
    throw new HeedError("columns", `${path}, line ${record.line}: ${record.reason}`, "mend the first line");
  const columns = record.fields.map((field) => (field ?? "").trim());
  const blank = columns.indexOf("");
  if (blank >= 0) {
    throw new HeedError(
      "columns",
      `${path}, line ${record.line}: column ${blank + 1} has no name`,
      "name every column in the first line",
    );
  }
  const twice = columns.find((column, i) => columns.indexOf(column) < i);
  if (twice !== undefined)
    throw new HeedError("columns", `${path} has two columns "${twice}"`, "rename one of them in line 1");
  const other = [";", "\t", "|", "::"].find((each) => each !== delimiter && columns[0]!.includes(each));
  if (columns.length === 1 && other !== undefined) {
    throw new HeedError(
      "columns",
      `${path} has one column, ${JSON.stringify(columns[0])}`,
      `its fields seem to be separated otherwise: --delimiter '${other === "\t" ? "\\t" : other}'`,
    );
  }
  return columns;
}

async function* rowsOf(
  records: AsyncIterable<CsvRecord>,
  columns: readonly string[],
): AsyncGenerator<FileRow> {
  for await (const record of records) {
    if ("reason" in record) yield record;
    else if (record.fields.length !== columns.length)
      yield { line: record.line, reason: `has ${record.fields.length} fields, not ${columns.length}` };
    else {
      const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      columns.forEach((column, i) => {
        values[column] = record.fields[i];
      });
      yield { line: record.line, values };
    }
  }
}

async function* recordsOf(file: LineFile, delimiter: string): AsyncGenerator<CsvRecord> {
  /** Lines that were read ahead for a quote that does not end where it should: read again, the last one first. */
  const again: Line[] = [];
  async function next(): Promise<Line | undefined> {
    if (again.length > 0) return again.pop();
    const { done, value } = await file.lines.next();
    return done ? undefined : value;
  }

  for (let line = await next(); line; line = await next()) {
    const ahead: Line[] = [];
    let text = textOf(line);
    let found = text === null ? { reason: unreadable(line) } : split(text, delimiter);
    while (found === "open") {
      const more = text!.length < longestLine ? await next() : undefined;
      if (more) ahead.push(more);
      const continued = more ? textOf(more) : null;
      if (continued === null) found = { reason: `a quote is opened and not closed: ${quoteRule}` };
      else {
        text += `\n${continued}`;
        if (continued.includes('"')) found = split(text!, delimiter);
      }
    }
    if ("reason" in found) {
      again.push(...ahead.reverse());
      yield { line: line.number, reason: found.reason };
    } else if (found.length > 1 || found[0] !== null) yield { line: line.number, fields: found };
  }
}

function textOf({ bytes }: Line): string | null {
  return bytes && isUtf8(bytes) ? bytes.toString("utf8") : null;
}

function unreadable({ bytes }: Line): string {
  return bytes
    ? "the line is not valid UTF-8: save the file as UTF-8"
    : `the line is longer than ${longestLine} bytes`;
}

type Fields = (string | null)[];

/** The fields of a record; "open" when a quoted one goes on beyond it; else why it is none. */
function split(text: string, delimiter: string): Fields | "open" | { reason: string } {
  if (!text.includes('"')) {
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    return line.split(delimiter).map((field) => (field === "" ? null : field));
  }
  const fields: Fields = [];
  const wrong = (what: string) => ({ reason: `field ${fields.length + 1} ${what}: ${quoteRule}` });
  for (let at = 0; ; ) {
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      if (end < 0) return "open";
      const field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      if (text[at] === "\r" && at + 1 === text.length) at++;
      else if (at < text.length && !text.startsWith(delimiter, at))
        return wrong("goes on after its closing quote");
      fields.push(field);
    } else {
      const found = text.indexOf(delimiter, at);
      let field = text.slice(at, found < 0 ? text.length : found);
      if (field.includes('"')) return wrong("has a quote inside an unquoted field");
      at += field.length;
      if (found < 0 && field.endsWith("\r")) field = field.slice(0, -1);
      fields.push(field === "" ? null : field);
    }
    if (at === text.length) return fields;
    at += delimiter.length;
    if (at === text.length) return [...fields, null];
  }
}

/** Where a quoted field ends: at a quote that is not doubled. -1 when it goes on. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return -1;
}
