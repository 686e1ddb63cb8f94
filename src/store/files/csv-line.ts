import { fieldsOf, type RowKind } from "./fields.js";

export function csvHeader(kind: RowKind): string {
  return `${Object.keys(fieldsOf[kind]).join(",")}\n`;
}

/** One record (RFC 4180): nothing where there is no value, and "" for an empty text. */
export function csvLine(kind: RowKind, row: Readonly<Record<string, unknown>>): string {
  const cells = Object.keys(fieldsOf[kind]).map((field) => cell(row[field]));
  return `${cells.join(",")}\n`;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text === "" || /[",\r\n]/.test(text) || text.startsWith("\ufeff")
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}
