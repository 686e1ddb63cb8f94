import { builtInAttributes } from "../candidate.js";
import type { Condition } from "../rules/condition.js";
import { unknownName } from "./object.js";
import type { Problem } from "./problem.js";
import type { AttributeType, Config, Surface } from "./schema.js";

/** Names that a configuration uses but does not define: models and item attributes, with operators that do not fit them. */
export function referenceProblems(config: Config): Problem[] {
  return Object.entries(config.surfaces).flatMap(([name, surface]) =>
    surfaceProblems(config, surface, ["surfaces", name]),
  );
}

export function surfaceProblems(config: Config, surface: Surface, path: readonly string[]): Problem[] {
  const { rules, diversity } = surface.decide;
  const attributes = attributeTypesOf(config);
  const rulesPath = [...path, "decide", "rules"];
  const conditions = [
    ...rules.filters.map((condition, i) => ({ condition, at: ["filters", i] })),
    ...rules.boosts.map(({ when }, i) => ({ condition: when, at: ["boosts", i, "when"] })),
    ...rules.quotas.flatMap(({ when }, i) => (when ? [{ condition: when, at: ["quotas", i, "when"] }] : [])),
  ];
  const names = [
    ...rules.quotas.flatMap(({ each }, i) =>
      each === undefined ? [] : [{ name: each, at: [...rulesPath, "quotas", i, "each"] }],
    ),
    ...(diversity.similarity.type === "attribute"
      ? [
          {
            name: diversity.similarity.attribute,
            at: [...path, "decide", "diversity", "similarity", "attribute"],
          },
        ]
      : []),
  ];
  return [
    ...modelProblems(config, surface, path),
    ...conditions.flatMap(({ condition, at }) =>
      conditionProblems(condition, attributes, [...rulesPath, ...at]),
    ),
    ...names.flatMap(({ name, at }) => nameProblems(name, attributes, at)),
  ];
}

type Path = readonly (string | number)[];
type AttributeTypes = ReadonlyMap<string, AttributeType> | null;

/** Item attributes and their types, the built-in ones too; null when the items are untyped. */
export function attributeTypesOf(config: Config): AttributeTypes {
  const declared = config.entities.item.attributes;
  if (!declared) return null;
  return new Map([
    ...Object.entries(declared),
    ["item", "string"],
    ["title", "string"],
    ["categories", "string[]"],
    ["time", "time"],
  ]);
}

function modelProblems(config: Config, surface: Surface, path: readonly string[]): Problem[] {
  const known = Object.keys(config.models);
  const uses = [
    ...surface.candidates.map((source, i) => ({ source, at: ["candidates", i] })),
    ...surface.fallbacks.map((source, i) => ({ source, at: ["fallbacks", i] })),
    { source: surface.score, at: ["score"] },
  ];
  return uses.flatMap(({ source, at }) =>
    "model" in source && !known.includes(source.model)
      ? [
          {
            path: [...path, ...at, "model"].join("."),
            message: `${unknownName(source.model, known)} (models are named under "models")`,
          },
        ]
      : [],
  );
}

function nameProblems(name: string, attributes: AttributeTypes, path: Path): Problem[] {
  if (attributes === null || attributes.has(name)) return [];
  return [
    {
      path: path.join("."),
      message: `${unknownName(name, [...attributes.keys()])} (attributes are declared under "entities.item.attributes")`,
    },
  ];
}

/** What is wrong with a condition, given the attributes there are. */
export function conditionProblems(condition: Condition, attributes: AttributeTypes, path: Path): Problem[] {
  for (const form of ["all", "any"] as const) {
    const parts = condition[form];
    if (parts) return parts.flatMap((part, i) => conditionProblems(part, attributes, [...path, form, i]));
  }
  if (condition.not) return conditionProblems(condition.not, attributes, [...path, "not"]);
  const { attribute } = condition;
  if (attribute === undefined) return [];
  const unknown = nameProblems(attribute, attributes, [...path, "attribute"]);
  if (unknown.length > 0) return unknown;
  const builtIn = (builtInAttributes as readonly string[]).includes(attribute);
  const type = attributes?.get(attribute) ?? (builtIn ? builtInType(attribute) : undefined);
  return type === undefined ? [] : typeProblems(condition, attribute, type, path);
}

const builtInType = (attribute: string): AttributeType =>
  attribute === "time" ? "time" : attribute === "categories" ? "string[]" : "string";

/** What `eq` and `in` may compare each type with; a time is compared as the string it is. */
const literalOf: Readonly<Record<AttributeType, "string" | "number" | "boolean">> = {
  string: "string",
  number: "number",
  boolean: "boolean",
  "string[]": "string",
  time: "string",
};

function typeProblems(condition: Condition, attribute: string, type: AttributeType, path: Path): Problem[] {
  const problems: Problem[] = [];
  const add = (operator: string, message: string) =>
    problems.push({ path: [...path, operator].join("."), message });
  for (const operator of ["gt", "gte", "lt", "lte"] as const)
    if (condition[operator] !== undefined && type !== "number")
      add(operator, `"${attribute}" is a ${type}, and ${operator} compares numbers`);
  if (condition.within !== undefined && type !== "time")
    add("within", `"${attribute}" is a ${type}, and within compares times`);
  const literals = { eq: condition.eq === undefined ? [] : [condition.eq], in: condition.in ?? [] };
  for (const operator of ["eq", "in"] as const) {
    const wrong = literals[operator].find((literal) => typeof literal !== literalOf[type]);
    if (wrong !== undefined)
      add(operator, `"${attribute}" is a ${type}, and ${JSON.stringify(wrong)} is a ${typeof wrong}`);
  }
  return problems;
}
