import { HeedError } from "../core/errors.js";
import { readText } from "./text.js";

/** Chosen columns of a delimited text file, as written. */
export interface Table<Name extends string> {
  path: string;
  length: number;
  /** The line of the file, from 1, on which each row starts. */
  lines: number[];
  columns: Record<Name, string[]>;
}

/** How a delimited file is written. */
export interface DelimitedFormat {
  /** Between fields; the default is a comma. Any text will do, such as "::". */
  separator?: string;
  /** Whether double quotes enclose fields, a doubled quote standing for one (RFC 4180); the default is true. */
  quoted?: boolean;
  /** Whether the first line names the columns; the default is true. Without it, `columns` names all of them in order. */
  header?: boolean;
}

/**
 * Reads the named columns of a delimited text file, gzip or plain. Quoted fields may hold separators and line ends. Blank
 * lines at the end of the file are no rows.
 * Errors name the file, the line and the column: a missing column, a row of another width than the first, a stray quote,
 * no rows at all.
 */
export function readDelimited<const Name extends string>(
  path: string,
  wanted: readonly Name[],
  format: DelimitedFormat = {},
): Table<Name> {
  const { separator = ",", quoted = true, header = true } = format;
  let names: readonly string[] | null = header ? null : wanted;
  let places = wanted.map((_, i) => i);
  const cells: string[][] = wanted.map(() => []);
  const lines: number[] = [];
  for (const { fields, line } of records(path, separator, quoted)) {
    if (!names) {
      names = fields;
      places = wanted.map((name) => placeOf(name, fields, path));
      continue;
    }
    if (fields.length !== names.length) {
      const what = `${path}, line ${line}: ${fields.length} fields, not ${names.length}`;
      const column = names[fields.length];
      throw new HeedError(
        "cell",
        column === undefined ? what : `${what}; column "${column}" is missing`,
        `each line must hold ${names.join(separator)}; mend or remove the line`,
      );
    }
    for (let i = 0; i < places.length; i++) cells[i]!.push(fields[places[i]!]!);
    lines.push(line);
  }
  if (lines.length === 0)
    throw new HeedError("empty", `${path} has no rows`, "check that the file is complete; copy it again");
  const columns = Object.fromEntries(wanted.map((name, i) => [name, cells[i]!])) as Record<Name, string[]>;
  return { path, length: lines.length, lines, columns };
}

/** A column as numbers; a cell that is blank or not finite is an error that names the file, line and column. */
export function numbers<Name extends string>(table: Table<Name>, name: Name): Float64Array {
  const cells = table.columns[name];
  const values = new Float64Array(table.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(cells[i]);
    if (!Number.isFinite(value) || cells[i]!.trim() === "")
      throw badCell(table, name, i, "it must be a finite number");
    values[i] = value;
  }
  return values;
}

/** A column as it is, in which a blank cell is an error that names the file, line and column. */
export function tokens<Name extends string>(table: Table<Name>, name: Name): string[] {
  const cells = table.columns[name];
  const blank = cells.indexOf("");
  if (blank >= 0) throw badCell(table, name, blank, "it must not be blank");
  return cells;
}

/** The error for row `i` of a table, to throw. */
export function badCell<Name extends string>(
  table: Table<Name>,
  name: Name,
  i: number,
  rule: string,
): HeedError {
  const what = `${table.path}, line ${table.lines[i]}: column "${name}" is "${table.columns[name][i]}"`;
  return new HeedError("cell", what, `${rule}; mend or remove the line`);
}

function placeOf(name: string, header: readonly string[], path: string): number {
  const at = header.indexOf(name);
  if (at >= 0) return at;
  throw new HeedError(
    "unknown-column",
    `${path}, line 1: there is no column "${name}"`,
    `its columns are ${header.join(", ")}`,
  );
}

function* records(
  path: string,
  separator: string,
  quoted: boolean,
): Generator<{ fields: string[]; line: number }> {
  const text = readText(path).replace(/(\r?\n)+$/, "\n");
  let line = 1;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(start, text[end - 1] === "\r" ? end - 1 : end);
    if (quoted && content.includes('"')) {
      const record = quotedRecord(text, start, separator, path, line);
      yield { fields: record.fields, line };
      line += record.lines;
      start = record.end;
    } else {
      yield { fields: content.split(separator), line };
      line++;
      start = end + 1;
    }
  }
}

function quotedRecord(text: string, start: number, separator: string, path: string, line: number) {
  const fields: string[] = [];
  let lines = 1;
  const wrong = (what: string) =>
    new HeedError(
      "cell",
      `${path}, line ${line + lines - 1}: field ${fields.length + 1} ${what}`,
      'enclose the field in double quotes and write a quote inside it as ""',
    );
  for (let at = start; ; at += separator.length) {
    let field = "";
    if (text[at] === '"') {
      for (;;) {
        const close = text.indexOf('"', at + 1);
        if (close < 0) throw wrong("has an opening quote and no closing one");
        field += text.slice(at + 1, close);
        at = close + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
    } else {
      const begin = at;
      while (!text.startsWith(separator, at) && lineEnd(text, at) < 0) at++;
      field = text.slice(begin, at);
      if (field.includes('"')) throw wrong("has a quote inside an unquoted field");
    }
    const ended = lineEnd(text, at);
    if (ended < 0 && !text.startsWith(separator, at)) throw wrong("goes on after its closing quote");
    fields.push(field);
    lines += field.split("\n").length - 1;
    if (ended >= 0) return { fields, lines, end: at + ended };
  }
}

/** How many characters end the line at `at`: 0 at the end of the text, -1 where the line goes on. */
function lineEnd(text: string, at: number): number {
  if (at >= text.length) return 0;
  if (text[at] === "\n") return 1;
  return text[at] === "\r" && text[at + 1] === "\n" ? 2 : -1;
}
