import { HeedError } from "../../core/errors.js";
import { attributeProblems, type Config } from "../../decide/index.js";
import type { Entity, Store } from "../../store/index.js";
import type { Attribute, Item, User, UserChange } from "../heed.js";

/** An item or user as the store keeps it. */
export function entity<Name extends "item" | "user">(name: Name): (given: Record<Name, string>) => Entity {
  return (given) => {
    const { [name]: id, ...value } = given;
    return { id, value: value as Entity["value"] };
  };
}

/** A page of entities in the order of their ids; the cursor goes on after it. */
export async function page(
  { online }: Store,
  project: string,
  kind: "item" | "user",
  { limit = 100, cursor }: { limit?: number; cursor?: string },
): Promise<{ entities: Entity[]; cursor?: string }> {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, "base64url").toString("utf8");
  const entities = await online.list(project, kind, { limit, ...(after !== undefined && { after }) });
  const last = entities.at(-1)?.id;
  const next =
    entities.length === limit && last !== undefined ? Buffer.from(last).toString("base64url") : undefined;
  return { entities, ...(next !== undefined && { cursor: next }) };
}

/** Refuses attributes that the configuration does not declare, or declares otherwise. */
export function checkAttributes(
  config: Config,
  kind: "item" | "user",
  entities: readonly (Item | User)[],
): void {
  entities.forEach((given, index) => {
    const [problem] = attributeProblems(config, kind, given.attributes ?? {});
    if (!problem) return;
    throw new HeedError(
      "attribute-invalid",
      `${kind}s.${index}.${problem.path}: ${problem.message}`,
      `declare attributes under entities.${kind}.attributes in heed.config.ts, or mend the value`,
    );
  });
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** Attributes after a change, without what the configuration does not know, or knows as another type. */
export function changed(config: Config, before: Attributes, change: Omit<UserChange, "user">): Attributes {
  const fit = (given: Attributes = {}) =>
    Object.entries(given).filter(
      ([name, value]) => attributeProblems(config, "user", { [name]: value }).length === 0,
    );
  const after = {
    ...Object.fromEntries(fit(change.setOnce)),
    ...before,
    ...Object.fromEntries(fit(change.set)),
  };
  for (const name of change.unset ?? []) delete after[name];
  return after;
}
