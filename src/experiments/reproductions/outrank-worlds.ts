import { random } from "../../core/random.js";
import type { Cell } from "../../features/index.js";

/** Columns whose right ranking is known by construction. */
export interface PlantedWorld {
  columns: Record<string, Cell[]>;
  /** What must rank first, in any order. */
  planted: string[];
  order: number;
  focus?: string[];
}

function integers(seed: number, name: string, rows: number, least: number, bound: number): number[] {
  const source = random(seed, "world", name);
  return Array.from({ length: rows }, () => least + source.integer(bound));
}

function table(
  features: Readonly<Record<string, readonly number[]>>,
  label: readonly number[],
): Record<string, Cell[]> {
  return Object.fromEntries(
    [...Object.entries(features), ["label", label] as const].map(([name, values]) => [
      name,
      values.map(String),
    ]),
  );
}

function columnsOf(seed: number, count: number, rows: number, least: number, bound: number) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`f${i}`, integers(seed, `f${i}`, rows, least, bound)]),
  );
}

/** (a) 100 columns of 90 values; the label is whether column 30 reaches 40. */
export function threshold(seed: number, rows: number): PlantedWorld {
  const features = columnsOf(seed, 100, rows, 10, 90);
  return {
    columns: table(
      features,
      features.f30!.map((value) => (value < 40 ? 0 : 1)),
    ),
    planted: ["f30"],
    order: 1,
  };
}

/** (b) 300 columns of 10..99; the label is f30 + f50, values below 20 set to 0, which their cross tells. */
export function sumOfTwo(seed: number, rows: number, columns = 300): PlantedWorld {
  const features = columnsOf(seed, columns, rows, 10, 90);
  for (const values of Object.values(features))
    values.forEach((value, i) => {
      if (value < 20) values[i] = 0;
    });
  return {
    columns: table(
      features,
      features.f30!.map((value, i) => value + features.f50![i]!),
    ),
    planted: ["f30 AND f50"],
    order: 2,
  };
}

/** (c) The label is f20 + f30 + f50: those are the top singles. */
export function sumOfThree(seed: number, rows: number): PlantedWorld {
  const features = columnsOf(seed, 100, rows, 10, 90);
  return {
    columns: table(
      features,
      features.f20!.map((value, i) => value + features.f30![i]! + features.f50![i]!),
    ),
    planted: ["f20", "f30", "f50"],
    order: 1,
  };
}

/** (d) The exclusive or of two random bits: neither tells anything alone. */
export function exclusiveOr(seed: number, rows: number): PlantedWorld {
  const features = { a: integers(seed, "a", rows, 0, 2), b: integers(seed, "b", rows, 0, 2) };
  return {
    columns: table(
      features,
      features.a.map((value, i) => value ^ features.b[i]!),
    ),
    planted: ["a AND b"],
    order: 2,
  };
}

/** A label of two bits that tell it for the most part, beside ids of ever more values that tell nothing. */
export function cardinalityTrap(seed: number, rows: number): PlantedWorld {
  const source = random(seed, "trap");
  const features: Record<string, number[]> = {
    strong: integers(seed, "strong", rows, 0, 2),
    weak: integers(seed, "weak", rows, 0, 10),
  };
  for (const size of [1_000, 5_000, 20_000])
    features[`id${size}`] = integers(seed, `id${size}`, rows, 0, size);
  features.rowId = Array.from({ length: rows }, (_, i) => i);
  const label = features.strong!.map((bit, i) => {
    const chance = (bit === 1 ? 0.65 : 0.35) + (features.weak![i]! - 4.5) / 25;
    return source.uniform() < chance ? 1 : 0;
  });
  return { columns: table(features, label), planted: ["strong", "weak"], order: 1 };
}
