import type { Attribute } from "../heed.js";
import { isObject, type Json } from "./values.js";

const longestName = 256;
const longestText = 10_000;
const longestList = 1_000;
const deepest = 4;

/**
 * Facts about somebody or something as attributes. Objects are flattened ("address.city"), lists of scalars become lists of
 * text; what is larger than an attribute can be is left out.
 */
export function attributesOf(facts: Json, prefix = "", depth = 1): Record<string, Attribute> {
  const attributes: Record<string, Attribute> = {};
  for (const [key, value] of Object.entries(facts)) {
    const name = prefix + key;
    if (name === "" || name.length > longestName || key === "__proto__") continue;
    if (isObject(value)) {
      if (depth < deepest) Object.assign(attributes, attributesOf(value, `${name}.`, depth + 1));
    } else {
      const attribute = attributeOf(value);
      if (attribute !== undefined) attributes[name] = attribute;
    }
  }
  return attributes;
}

function attributeOf(value: unknown): Attribute | undefined {
  if (Array.isArray(value)) {
    const isList =
      value.length <= longestList && value.every((one) => isScalar(one) && String(one).length <= 1_000);
    return isList ? value.map(String) : undefined;
  }
  return value === null || isScalar(value) ? value : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  if (typeof value === "string") return value.length <= longestText;
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}
