import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "oxc-parser";

/** Folders by floor; a folder may import from floors below its own. */
const floors: readonly (readonly string[])[] = [
  ["core"],
  ["tensor", "events", "store", "data", "language"],
  ["train", "features", "retrieve", "bundles", "testing"],
  ["models", "evaluate", "simulate"],
  ["search", "converse", "memory", "documents", "screen", "create", "guard", "decide"],
  ["cli", "serve"],
];

/** Imports between folders of one floor that are allowed, each for a reason. */
const siblings: Readonly<Record<string, string>> = {
  "cli -> serve": "the command line starts the server",
  "store -> events": "the database keeps what the schema describes",
  "data -> events": "data sets are made from events",
  "data -> store": "data sets are read from the database",
  "bundles -> train": "a bundle holds what training made",
};

export interface Violation {
  file: string;
  imports: string;
  reason: string;
}

/** Every import below `root` that goes up the house, or sideways without leave. */
export function violations(root: string): Violation[] {
  return sourceFiles(root).flatMap((file) =>
    imports(file).flatMap((specifier) => {
      if (!specifier.startsWith(".")) return [];
      const from = relative(root, file).split("/");
      const to = relative(root, resolve(dirname(file), specifier)).split("/");
      const reason = forbidden(from, to);
      return reason ? [{ file: relative(root, file), imports: specifier, reason }] : [];
    }),
  );
}

function forbidden(from: string[], to: string[]): string | null {
  if (from.length === 1) return null; // the package's entry file
  const [source, target] = [from[0]!, to[0]!];
  if (source === target) return null;
  const [here, there] = [source, target].map((folder) => floors.findIndex((floor) => floor.includes(folder)));
  if (here === -1) return `folder ${source} has no floor`;
  if (there === -1) return `folder ${target} has no floor`;
  if (there! > here!) return `${source} (floor ${here}) imports ${target} (floor ${there})`;
  if (there === here && !(`${source} -> ${target}` in siblings))
    return `${source} -> ${target} is not an allowed sibling edge`;
  return null;
}

function imports(file: string): string[] {
  const parsed = parseSync(file, readFileSync(file, "utf8"));
  if (parsed.errors.length > 0) throw new Error(`${file}: ${parsed.errors[0]!.message}`);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const source = readFileSync(file, "utf8");
  return [
    ...staticImports.map((entry) => entry.moduleRequest.value),
    ...staticExports.flatMap((entry) =>
      entry.entries.flatMap((e) => (e.moduleRequest ? [e.moduleRequest.value] : [])),
    ),
    ...dynamicImports.map((entry) =>
      source.slice(entry.moduleRequest.start + 1, entry.moduleRequest.end - 1),
    ),
  ];
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}
