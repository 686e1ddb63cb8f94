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
  ["experiments"],
  ["cli", "serve"],
];

/** Imports between folders of one floor that are allowed, each for a reason. */
const siblings: Readonly<Record<string, string>> = {
  "cli -> serve": "the command line starts the server",
  "store -> events": "the database keeps what the schema describes",
  "data -> events": "data sets are made from events",
  "data -> store": "data sets are read from the database",
  "bundles -> train": "a bundle holds what training made",
  "models -> evaluate": "a family of models is ranked and judged by the rules of its metrics",
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
      const from = relative(root, file).split("/");
      const to = relative(root, resolve(dirname(file), specifier)).split("/");
      const reason = specifier.startsWith(".") ? forbidden(from, to) : unreadable(specifier);
      return reason ? [{ file: relative(root, file), imports: specifier, reason }] : [];
    }),
  );
}

/** Ways to name a file of the house that cannot be followed; packages of others are nobody's floor. */
function unreadable(specifier: string): string | null {
  if (specifier === "*") return "an import of a path worked out at run time cannot be checked";
  if (/^(heed($|\/)|\/|#|file:)/.test(specifier)) return "inside the house, import by relative path";
  return null;
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

/** What a file names as another module, in whatever way; a path worked out at run time is given as "*". */
function imports(file: string): string[] {
  const { program, errors } = parseSync(file, readFileSync(file, "utf8"));
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const found: string[] = [];
  visit(program, (node) => {
    const named = moduleOf(node);
    if (named !== undefined && named !== null) found.push(textOf(named) ?? "*");
  });
  return found;
}

type Node = Record<string, unknown> & { type: string };

/** The part of a syntax node that names another module. */
function moduleOf(node: Node): unknown {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return node.source;
    case "TSExternalModuleReference":
      return node.expression;
    case "TSModuleDeclaration":
      return textOf(node.id) === undefined ? undefined : node.id;
    default:
      return undefined;
  }
}

/** The text of a string literal, or of a template without holes. */
function textOf(value: unknown): string | undefined {
  const node = value as Node;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  const quasis = node.type === "TemplateLiteral" ? (node.quasis as { value: { cooked: string } }[]) : [];
  return quasis.length === 1 ? quasis[0]!.value.cooked : undefined;
}

function visit(value: unknown, each: (node: Node) => void): void {
  if (Array.isArray(value)) for (const part of value) visit(part, each);
  else if (value !== null && typeof value === "object") {
    if ("type" in value && typeof value.type === "string") each(value as Node);
    for (const part of Object.values(value)) visit(part, each);
  }
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}
