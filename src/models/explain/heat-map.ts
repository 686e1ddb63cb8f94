import { HeedError } from "../../core/errors.js";

const shades = [" ", "░", "▒", "▓", "█"];
const columnWidth = 7;

/**
 * A matrix of values from 0 as text for a terminal: one line a row, each cell a shade (a full block is the largest value)
 * and the value in percent. Column names are cut to six letters.
 */
export function heatMap(
  values: ArrayLike<number>,
  rows: readonly string[],
  columns: readonly string[] = rows,
): string {
  const numbers = Array.from(values);
  const wrong = numbers.find((value) => !(value >= 0 && Number.isFinite(value)));
  if (numbers.length !== rows.length * columns.length || wrong !== undefined) {
    throw new HeedError(
      "heat-map",
      wrong === undefined
        ? `${numbers.length} values for ${rows.length} rows and ${columns.length} columns`
        : `a value is ${wrong}`,
      "give one finite value from 0 for each row and column",
    );
  }
  const largest = Math.max(...numbers, Number.MIN_VALUE);
  const margin = Math.max(0, ...rows.map((name) => name.length));
  const header = columns.map((name) => ` ${name.slice(0, columnWidth - 1).padStart(columnWidth - 1)}`);
  const lines = rows.map((name, row) => {
    const cells = columns.map((_, column) => {
      const value = numbers[row * columns.length + column]!;
      const shade = shades[Math.round((value / largest) * (shades.length - 1))]!;
      return ` ${shade.repeat(2)}${(100 * value).toFixed(0).padStart(columnWidth - 3)}`;
    });
    return `${name.padEnd(margin)}${cells.join("")}`;
  });
  return [`${" ".repeat(margin)}${header.join("")}`, ...lines].join("\n");
}
