import { unknownName } from "./object.js";
import type { Problem } from "./problem.js";
import type { AttributeType, Config, ConfigInput, EntityName } from "./schema.js";

interface ValueOf {
  string: string;
  number: number;
  boolean: boolean;
  "string[]": string[];
  time: string;
}

/** The attributes of an entity as a configuration declares them: `AttributesOf<typeof config, "item">`. */
export type AttributesOf<C extends ConfigInput, Entity extends EntityName> = C extends {
  entities: { [E in Entity]: { attributes: infer Declared } };
}
  ? {
      [Name in keyof Declared]?: Declared[Name] extends AttributeType
        ? ValueOf[Declared[Name]] | null
        : never;
    }
  : Record<string, ValueOf[AttributeType] | null>;

const fits: Readonly<Record<AttributeType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number" && Number.isFinite(value),
  boolean: (value) => typeof value === "boolean",
  "string[]": (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  time: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
};

/** What is wrong with an entity's attributes; an entity without declared attributes takes any. Null clears an attribute. */
export function attributeProblems(
  config: Config,
  entity: EntityName,
  attributes: Readonly<Record<string, unknown>>,
): Problem[] {
  const declared = config.entities[entity].attributes;
  if (!declared) return [];
  return Object.entries(attributes).flatMap(([name, value]) => {
    const type = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const path = `attributes.${name}`;
    if (type === undefined) return [{ path, message: unknownName(name, Object.keys(declared)) }];
    if (value === null || fits[type](value)) return [];
    return [{ path, message: `expected a ${type}, got ${JSON.stringify(value)}` }];
  });
}
