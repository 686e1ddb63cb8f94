import type { Attribute } from "../../heed.js";
import { InvalidInput } from "../../http/errors.js";
import { attributesOf } from "../attributes.js";
import { isObject } from "../values.js";

export type Attributes = Readonly<Record<string, Attribute>>;

/** What Gorse knows of a user or an item beside its own fields. */
interface Told {
  Labels?: unknown;
  Comment?: string | null | undefined;
}

/** Labels that are no list of text, as they were sent. */
const asSent = "gorse.labels";
const longest = 10_000;

/**
 * Attributes with Gorse's labels and comment in place of those that were there; what is not given stays. A list of text is the
 * attribute "labels"; an object's fields are attributes of their own, for rules and models, and "gorse.labels" keeps it as it
 * was sent, so that it comes back unchanged.
 */
export function withLabels(attributes: Attributes, { Labels, Comment }: Told): Record<string, Attribute> {
  const result: Record<string, Attribute> = { ...attributes };
  if (Labels !== undefined) {
    for (const name of Object.keys(fromLabels(labelsOf(attributes)))) delete result[name];
    Object.assign(result, fromLabels(Labels));
  }
  if (typeof Comment === "string") {
    if (Comment === "") delete result.comment;
    else result.comment = Comment;
  }
  return result;
}

export function labelsOf(attributes: Attributes): unknown {
  const sent = attributes[asSent];
  if (typeof sent === "string") return parse(sent);
  return attributes.labels ?? null;
}

export function commentOf({ comment }: Attributes): string {
  return typeof comment === "string" ? comment : "";
}

function fromLabels(labels: unknown): Record<string, Attribute> {
  if (labels === null) return {};
  if (isTextList(labels)) return { labels };
  const text = JSON.stringify(labels);
  if (text.length > longest)
    throw new InvalidInput(
      "Labels",
      `Labels is longer than ${longest} characters of JSON`,
      "send fewer labels",
    );
  const fields = isObject(labels) ? attributesOf(labels) : {};
  for (const name of ["labels", "comment"]) delete fields[name];
  return { ...fields, [asSent]: text };
}

function isTextList(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length > 1_000) return false;
  return value.every((one) => typeof one === "string" && one.length <= 1_000);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // somebody else's attribute of this name
  }
}
