import { random, shuffle } from "../core/random.js";
import { type CodedCells, type CodedColumn, codeCells, crossCodes, reorder } from "./codes.js";
import { controls } from "./controls.js";
import { exploded, type Feature, transformed, within } from "./derive.js";
import { rankedColumns, type Settings } from "./rank-options.js";
import type { TableBatch } from "./table.js";

/** One batch as codes, rows in an order that has nothing to do with the label. */
export interface BatchFeatures {
  label: CodedColumn;
  features: Feature[];
  /** The columns a model has already, as one; null without any. */
  reference: CodedColumn | null;
}

/** The columns of a batch as codes; one that is not there has nothing in every row. */
export function codeBatch(batch: TableBatch, columns: readonly string[]): Map<string, CodedCells> {
  return new Map(
    columns.map((name) => [name, codeCells(batch.cells.get(name) ?? new Array(batch.length).fill(null))]),
  );
}

/** Everything that is ranked in one batch but the crosses. */
export function batchFeatures(
  columns: ReadonlyMap<string, CodedCells>,
  settings: Settings,
  batch: number,
): BatchFeatures {
  const of = (name: string) => columns.get(name)!;
  const length = of(settings.label).codes.length;
  // The background takes labels of other rows: a file sorted by its label would lend each value labels like its own.
  const order = Int32Array.from({ length }, (_, i) => i);
  shuffle(order, random(settings.seed, "rows", batch));
  const made = [
    ...rankedColumns(settings, [...columns.keys()])
      .filter((name) => !settings.reference.includes(name))
      .map((name): Feature => ({ name, kind: "column", parts: [name], column: of(name) })),
    ...settings.numeric.flatMap((name) =>
      settings.transforms.map((transform) => transformed(name, of(name), transform)),
    ),
    ...settings.multivalue.flatMap((name) => exploded(name, of(name), settings.separator)),
    ...settings.within.flatMap(([inner, outer]) => within([inner, of(inner)], [outer, of(outer)])),
  ];
  const features = made.map((feature) => ({ ...feature, column: reorder(feature.column, order) }));
  if (settings.controls) features.push(...controls(length, settings.seed, batch));
  return {
    label: reorder(of(settings.label), order),
    features,
    reference: settings.reference.length === 0 ? null : joined(settings.reference.map(of), order),
  };
}

function joined(columns: readonly CodedColumn[], order: Int32Array): CodedColumn {
  return columns.map((column) => reorder(column, order)).reduce(crossCodes);
}
