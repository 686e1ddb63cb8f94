import fc from "fast-check";
import type { Route } from "../../src/serve/http/route.js";
import { pathOf } from "./example-request.js";

/** A request that is wrong in some way, or only odd. */
export interface MalformedRequest {
  method: string;
  path: string;
  type: string;
  body: Buffer;
}

const sql = [
  "'; DROP TABLE events; --",
  "' OR '1'='1",
  "1; DELETE FROM events WHERE 1=1",
  '" UNION SELECT * FROM keys --',
  "\\'; COPY events TO '/tmp/x'; --",
];

/** Strings, numbers and structures that careless code trips over. JSON.stringify keeps all of them. */
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(
    ...sql,
    "",
    " ",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "🎬",
    "__proto__",
    "null",
    "NaN",
    "../../etc",
  ),
  fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 1e308, -1e308, 2 ** 53, [], {}, [[]], [null], {
    "": "",
  }),
  fc.integer({ min: 257, max: 5000 }).map((length) => "x".repeat(length)),
  fc.integer({ min: 20, max: 3000 }).map(nested),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 40 }),
);

const protoKeys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "then"];

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { in: value };
  return value;
}

/** Places inside a JSON value where something else can be put. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

function put(value: unknown, [key, ...rest]: readonly (string | number)[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((inner, i) => (String(i) === key ? put(inner, rest, replacement) : inner));
  return { ...(value as object), [key]: put((value as Record<string, unknown>)[key], rest, replacement) };
}

/** A valid body in which one value was replaced, one key was renamed or one key was added. */
function mutated(valid: unknown): fc.Arbitrary<string> {
  const all = places(valid);
  const where = fc.constantFrom(...all);
  const text = JSON.stringify(valid);
  const keys = [...text.matchAll(/"(\w+)":/g)].map(([key]) => key);
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(where, oddValue)
        .map(([path, odd]) => JSON.stringify(put(valid, path, odd)) ?? "null"),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...keys), fc.constantFrom(...protoKeys))
        .map(([key, name]) => text.replace(key, `"${name}":`)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...keys), fc.constantFrom(...protoKeys, ...sql), fc.jsonValue({ maxDepth: 2 }))
        .map(([key, name, value]) =>
          text.replace(key, `${JSON.stringify(name)}:${JSON.stringify(value)},${key}`),
        ),
    },
  );
}

/** Text that is cut, has bytes replaced, or is no JSON at all. */
function corrupted(text: string): fc.Arbitrary<Buffer> {
  const bytes = Buffer.from(text);
  return fc.oneof(
    fc.nat(bytes.length).map((end) => bytes.subarray(0, end)),
    fc
      .array(fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((flips) => {
        const copy = Buffer.from(bytes);
        for (const [at, byte] of flips) if (at < copy.length) copy[at] = byte;
        return copy;
      }),
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc.integer({ min: 1, max: 3000 }).map((depth) => Buffer.from("[".repeat(depth))),
    fc
      .integer({ min: 1, max: 3000 })
      .map((depth) => Buffer.from(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`)),
    fc
      .constantFrom("", "null", "[]", "{}", "0", '"', "\ufeff{}", "{}{}", "[,]", "NaN", "1e999", "'a'")
      .map((t) => Buffer.from(t)),
  );
}

/** An event in every field; what follows gives it an id of its own and puts odd values in it. */
const validEvent = {
  id: "id",
  time: "2026-01-05T10:00:00Z",
  user: "eve",
  session: "s",
  action: "impression",
  item: "heat",
  surface: "home",
  slate: "request-1",
  query: "q",
  value: 1,
  model: "m",
  items: [{ item: "heat", position: 1, propensity: 0.5 }],
  context: { page: "/", deep: { list: [1, "two", null] } },
};

/** Requests to the given routes, wrong in all the ways above, in their bodies, paths and queries. */
export function malformedRequests(routes: readonly Route[]): fc.Arbitrary<MalformedRequest> {
  const json = "application/json";
  const withBody = routes.filter(({ body }) => body);
  const events = fc
    .tuple(fc.array(fc.tuple(mutated(validEvent), fc.nat()), { minLength: 1, maxLength: 5 }), fc.boolean())
    .map(([events, isStream]) => ({
      lines: events.map(([text, id]) => text.replace('"id":"id"', `"id":"sent-${id}"`)),
      isStream,
    }))
    .map(({ lines, isStream }) => ({
      method: "POST",
      path: "/v1/events",
      type: isStream ? "application/x-ndjson" : json,
      body: Buffer.from(isStream ? lines.join("\n") : `{"events":[${lines.join(",")}]}`),
    }));
  const bodies = fc.constantFrom(...withBody).chain((route) => {
    const { method, example, accepts = [json] } = route;
    const text = JSON.stringify(example.body);
    const body = fc.oneof(
      mutated(example.body).map((one) => Buffer.from(one)),
      corrupted(text),
      oddValue.map((odd) => Buffer.from(JSON.stringify(odd) ?? "")),
    );
    return fc.tuple(body, fc.constantFrom(...accepts, json)).map(([bytes, type]) => ({
      method,
      path: pathOf(route),
      type,
      body: bytes,
    }));
  });
  const name = fc.oneof(
    fc.constantFrom(
      ...sql,
      "%",
      "%00",
      "%ff",
      "%c3",
      "..%2f..",
      "a%2Fb",
      "x".repeat(300),
      "x".repeat(9000),
      "__proto__",
      "",
    ),
    fc.string({ unit: "binary", maxLength: 20 }).map(encode),
    fc.string({ maxLength: 20 }).map((text) => text.replace(/[^!-~]|[?#]/g, "")),
  );
  const urls = fc
    .tuple(fc.constantFrom(...routes), name, name, name, oddValue)
    .map(([route, a, b, c, odd]) => ({
      method: route.method,
      path: `${route.path.replace(/\{\w+\}/, a)}?${b}=${c}&limit=${encode(String(odd))}&filter=${encode(JSON.stringify(odd) ?? "")}`
        .replace(/[^!-~]/g, "%20")
        .slice(0, 12_000),
      type: json,
      body: Buffer.from(route.example.body === undefined ? "" : JSON.stringify(route.example.body)),
    }));
  return fc.oneof(
    { weight: 4, arbitrary: events },
    { weight: 4, arbitrary: bodies },
    { weight: 2, arbitrary: urls },
  );
}

/** Percent-encodes; half of a surrogate pair, which has no UTF-8, becomes a question mark. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "?"));
}
