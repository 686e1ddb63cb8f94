import { HeedError, nearest } from "../../core/errors.js";
import { suggest } from "../../events/index.js";
import { convert, looseValue } from "./convert.js";
import { type Field, type FieldType, fieldsOf, type RowKind } from "./fields.js";
import type { RowFile } from "./row-file.js";

/** Where a field's value comes from: a column of the file, or the same for every row. */
export type Origin = { column: string } | { constant: string };

/** By field: "user", or below one that is an object, "context.page". */
export type Mapping = Readonly<Record<string, Origin>>;

/** What became of a row: an event, item or user as their schemas take them, or where and why not. */
export type Mapped = { value: Record<string, unknown> } | { path: string; reason: string };

export interface MappingOptions {
  kind: RowKind;
  mapping: Mapping;
  /** Leave out columns that no field is read from; otherwise they are an error. */
  ignoreRest: boolean;
  /** Whether values are texts, as in CSV. */
  texts: boolean;
}

/** Reads `field=column` and `field=:constant`, several separated by commas. Errors: HeedError "map". */
export function parseMapping(kind: RowKind, texts: readonly string[]): Mapping {
  const mapping: Record<string, Origin> = {};
  for (const part of texts.flatMap((text) => text.split(","))) {
    const at = part.indexOf("=");
    const [field, origin] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    if (at < 1 || origin === "" || origin === ":") {
      throw new HeedError(
        "map",
        `--map has "${part}"`,
        "write field=column, or field=:text for the same in every row: --map user=userId,action=:rate",
      );
    }
    checkField(kind, field);
    if (field in mapping) throw new HeedError("map", `--map names the field ${field} twice`, "name it once");
    mapping[field] = origin.startsWith(":") ? { constant: origin.slice(1) } : { column: origin };
  }
  return mapping;
}

function checkField(kind: RowKind, field: string): void {
  const [name = "", ...below] = field.split(".");
  const known = Object.keys(fieldsOf[kind]);
  const found = Object.hasOwn(fieldsOf[kind], name) ? fieldsOf[kind][name] : undefined;
  if (found && (below.length === 0 || (below.length === 1 && below[0] !== "" && found.type === "json")))
    return;
  const near = found ? undefined : nearest(name, known);
  const inside = known.find((each) => fieldsOf[kind][each]!.type === "json");
  throw new HeedError(
    "map",
    `--map has the field "${field}", which ${kind} do not have`,
    `${near ? `did you mean "${near}"? ` : ""}fields are ${known.join(", ")}, and ${inside}.NAME for anything else`,
  );
}

interface Reading {
  field: string;
  type: FieldType;
  origin: Origin;
  /** The key inside an object, where the field is one. */
  below: string | undefined;
}

/**
 * How the rows of a file become events, items or users: fields are read from the columns that the mapping names, the others
 * from columns of their own name. Errors: HeedError "columns" when the file lacks a column, has one that nothing is read
 * from, or has one of a wrong type.
 */
export function rowReader(
  path: string,
  file: Pick<RowFile, "columns" | "types">,
  options: MappingOptions,
): (values: Readonly<Record<string, unknown>>) => Mapped {
  const { kind, mapping, ignoreRest, texts } = options;
  const fields = fieldsOf[kind];
  const own = Object.keys(fields).filter(
    (field) => !(field in mapping) && (file.columns?.includes(field) ?? true),
  );
  const readings: Reading[] = [
    ...own.map((field) => reading(fields, field, { column: field })),
    ...Object.entries(mapping).map(([field, origin]) => reading(fields, field, origin)),
  ];
  if (file.columns) checkColumns(path, file.columns, readings, options);
  if (file.types) checkTypes(path, file.types, readings);
  const read = new Set(readings.flatMap(({ origin }) => ("column" in origin ? [origin.column] : [])));

  return (values) => {
    const value: Record<string, unknown> = {};
    for (const { field, type, origin, below } of readings) {
      const raw = "column" in origin ? cellOf(values, origin.column) : origin.constant;
      const isText = texts || "constant" in origin;
      const converted = below === undefined ? convert(type, raw) : looseValue(raw, isText);
      if (!converted) continue;
      const path = below === undefined ? field : `${field}.${below}`;
      if ("reason" in converted) return { path, reason: converted.reason };
      if (below === undefined) value[field] = converted.value;
      else {
        const object = (value[field] ?? {}) as Record<string, unknown>;
        value[field] = { ...object, [below]: converted.value };
      }
    }
    if (!file.columns && !ignoreRest)
      for (const key of Object.keys(values)) if (!read.has(key)) value[key] = values[key];
    return { value };
  };
}

function cellOf(values: Readonly<Record<string, unknown>>, column: string): unknown {
  return Object.hasOwn(values, column) ? values[column] : undefined;
}

function reading(fields: Readonly<Record<string, Field>>, name: string, origin: Origin): Reading {
  const [field = "", below] = name.split(".");
  return { field, type: fields[field]!.type, origin, below };
}

function checkColumns(
  path: string,
  columns: readonly string[],
  readings: readonly Reading[],
  { kind, mapping, ignoreRest }: MappingOptions,
): void {
  const has = `its columns are ${columns.join(", ")}`;
  for (const { origin } of readings) {
    if (!("column" in origin) || columns.includes(origin.column)) continue;
    const near = nearest(origin.column, columns);
    throw new HeedError(
      "columns",
      `${path} has no column "${origin.column}"`,
      near ? `did you mean "${near}"? ${has}` : has,
    );
  }
  const covered = new Set(readings.map(({ field }) => field));
  const missing = Object.entries(fieldsOf[kind]).filter(
    ([field, { needed }]) => needed && !covered.has(field),
  );
  const read = readings.flatMap(({ origin }) => ("column" in origin ? [origin.column] : []));
  const rest = columns.filter((column) => !read.includes(column));
  if (missing.length > 0) {
    throw new HeedError(
      "columns",
      `${path} has no column for ${missing.map(([field]) => field).join(" and ")}; ${has}`,
      `say which they are: --map ${proposal(
        kind,
        mapping,
        missing.map(([field]) => field),
        rest,
      )}`,
    );
  }
  if (rest.length === 0 || ignoreRest) return;
  const inside = kind === "events" ? "context" : "attributes";
  throw new HeedError(
    "columns",
    `${path} has columns that no field is read from: ${rest.join(", ")}`,
    `leave them out: --ignore-rest, or keep them: --map ${rest
      .map((column) => `${likely(kind, column) ?? `${inside}.${column}`}=${column}`)
      .join(",")}`,
  );
}

/** A mapping that may be what was meant: every rest column that sounds like a field, and a constant for an action. */
function proposal(
  kind: RowKind,
  mapping: Mapping,
  missing: readonly string[],
  rest: readonly string[],
): string {
  const given = Object.entries(mapping).map(
    ([field, origin]) => `${field}=${"column" in origin ? origin.column : `:${origin.constant}`}`,
  );
  const guessed = new Map<string, string>();
  for (const column of rest) {
    const field = likely(kind, column);
    if (field !== undefined && !guessed.has(field) && !(field in mapping)) guessed.set(field, column);
  }
  for (const field of missing)
    if (!guessed.has(field)) guessed.set(field, field === "action" ? ":view" : field.toUpperCase());
  return [...given, ...[...guessed].map(([field, column]) => `${field}=${column}`)].join(",");
}

function likely(kind: RowKind, column: string): string | undefined {
  return suggest(column, Object.keys(fieldsOf[kind]));
}

/** What a Parquet column must be to be read as a field. */
const fitting: Readonly<Partial<Record<FieldType, [pattern: RegExp, words: string]>>> = {
  name: [/^(VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UUID|ENUM\(.*)$/, "text or whole numbers"],
  text: [/^(VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UUID|ENUM\(.*)$/, "text or whole numbers"],
  time: [
    /^(VARCHAR|DATE|TIMESTAMP.*|DOUBLE|FLOAT|U?(SMALL|BIG)?INT(EGER)?)$/,
    "timestamps, text or Unix time",
  ],
  number: [/^(VARCHAR|DOUBLE|FLOAT|DECIMAL.*|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/, "numbers"],
  boolean: [/^(VARCHAR|BOOLEAN|U?(TINY|SMALL|BIG)?INT(EGER)?)$/, "truth values"],
  names: [/^(VARCHAR.*|.*\[\])$/, "lists of text"],
  shown: [/^(VARCHAR|STRUCT.*\[\])$/, "lists of structs, or JSON text"],
};

function checkTypes(
  path: string,
  types: Readonly<Record<string, string>>,
  readings: readonly Reading[],
): void {
  for (const { field, type, origin, below } of readings) {
    const rule = below === undefined && "column" in origin ? fitting[type] : undefined;
    const found = "column" in origin ? types[origin.column]! : "";
    if (!rule || rule[0].test(found)) continue;
    throw new HeedError(
      "columns",
      `${path}: column "${(origin as { column: string }).column}" is ${found}, and ${field} is made of ${rule[1]}`,
      `write the column with another type, or read ${field} from another one: --map ${field}=COLUMN`,
    );
  }
}
