import { HeedError } from "../core/errors.js";

/** A whole number from the command line, or an error that names the flag. */
export function wholeNumber(flag: string, text: string, least = 0): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value < 2 ** 32) return value;
  throw new HeedError(
    "option",
    `${flag} is "${text}"`,
    `give a whole number from ${least}, for example ${flag} ${least + 1}`,
  );
}

/** A list of different whole numbers, separated by commas. */
export function wholeNumbers(flag: string, text: string, least = 0): number[] {
  const parts = text.split(",").map((part) => part.trim());
  const wrong = parts.find(
    (part) => !(/^\d{1,10}$/.test(part) && Number(part) >= least && Number(part) < 2 ** 32),
  );
  const remedy = `give different whole numbers from ${least}, for example ${flag} ${least + 1},${least + 2}`;
  if (wrong !== undefined) throw new HeedError("option", `${flag} is "${text}"`, remedy);
  const values = parts.map(Number);
  if (new Set(values).size < values.length)
    throw new HeedError("option", `${flag} is "${text}": a number is there twice`, remedy);
  return values;
}

/** One of a few words. */
export function oneOf<T extends string>(flag: string, text: string, known: readonly T[]): T {
  const found = known.find((word) => word === text);
  if (found !== undefined) return found;
  throw new HeedError("option", `${flag} is "${text}"`, `give ${known.join(" or ")}`);
}
