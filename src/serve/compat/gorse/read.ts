import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { nameSchema } from "../../../events/index.js";
import { InvalidInput, invalidInput } from "../../http/errors.js";
import { findFlaw } from "../../http/json.js";
import { nameOf, requiredName } from "../values.js";

/** How many Gorse answers with where nobody says. */
const usual = 10;
/** At most so many in one answer, or before it. */
export const most = 1_000;

export const gorseName = nameSchema.refine(
  (text) => nameOf(text) !== undefined,
  "has a NUL character or half of a surrogate pair",
);

/** A body as a schema reads it. Throws an InvalidInput that says where it is wrong. */
export function bodyAs<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const flaw = findFlaw(body);
  if (flaw) throw new InvalidInput(flaw.path, `${flaw.path || "the body"}: ${flaw.reason}`, "mend the value");
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error, []);
}

/** A name of the path. */
export function pathName({ params }: FastifyRequest, name: string): string {
  return requiredName((params as Record<string, string>)[name], name);
}

/** `n` and `offset` of the query; beyond `most` items there are none, as beyond the size of Gorse's cache. */
export function pageOf(request: FastifyRequest): { n: number; offset: number } {
  const offset = Math.min(count(request, "offset", 0), most);
  return { offset, n: Math.min(count(request, "n", usual), most - offset) };
}

/** `n` and `cursor` of the query; one of Gorse's own clients writes "Cursor". */
export function cursorOf(request: FastifyRequest): { limit: number; cursor?: string } {
  const cursor = texts(request, "cursor")
    .concat(texts(request, "Cursor"))
    .find((text) => text !== "");
  const limit = Math.min(Math.max(count(request, "n", usual), 1), most);
  return { limit, ...(cursor !== undefined && { cursor }) };
}

/** The categories that an item must have, all of them: from the path, or else the query. */
export function categoriesOf(request: FastifyRequest): string[] {
  const { category } = request.params as { category?: string };
  return category ? [category] : texts(request, "category").filter((text) => text !== "");
}

/** A text of the query; empty when it is not there. */
export function queryText(request: FastifyRequest, name: string): string {
  return texts(request, name)[0] ?? "";
}

function count(request: FastifyRequest, name: string, missing: number): number {
  const text = queryText(request, name);
  if (text === "") return missing;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidInput(name, `${name} is not a whole number from 0`, `send ${name}=${missing}`);
}

function texts({ query }: FastifyRequest, name: string): string[] {
  const value = (query as Record<string, unknown>)[name];
  return [value].flat().filter((one) => typeof one === "string");
}

const wallClock = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/;

/** A time in one of the ways Gorse reads: RFC 3339, a date, a wall clock in UTC, seconds or milliseconds since 1970. */
export const gorseTime = z.string().transform((text, context) => {
  if (text === "") return undefined;
  const digits = /^\d{10}$|^\d{13}$/.test(text) ? Number(text) * (text.length === 10 ? 1_000 : 1) : undefined;
  const time = new Date(digits ?? text.trim().replace(wallClock, "$1T$2Z"));
  const year = time.getUTCFullYear();
  if (year >= 0 && year <= 9999) return time.toISOString();
  context.addIssue({ code: "custom", message: "is not a time such as 2022-08-07T00:26:46Z" });
  return z.NEVER;
});

/** A time as Gorse writes it; the zero time of its language where there is none. */
export function writeTime(time: string | undefined): string {
  if (time === undefined) return "0001-01-01T00:00:00Z";
  return new Date(time).toISOString().replace(/\.?0+Z$/, "Z");
}
