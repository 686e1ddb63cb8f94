import { HeedError } from "../../core/errors.js";

/** What a model's option of text stands for; a text that is not among them is an error that lists them. */
export function choice<T>(option: string, value: string, choices: Readonly<Record<string, () => T>>): T {
  const chosen = Object.hasOwn(choices, value) ? choices[value] : undefined;
  if (chosen) return chosen();
  throw new HeedError(
    "option",
    `option "${option}" is "${value}"`,
    `use one of ${Object.keys(choices).join(", ")}`,
  );
}
