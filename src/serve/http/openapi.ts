import { z } from "zod";
import { coreActions } from "../../events/event.js";
import type { Access } from "./caller.js";
import type { Route } from "./route.js";
import { errorSchema, named } from "./schemas.js";

type Schema = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  schema: Schema;
}

interface Content {
  [type: string]: { schema: Schema; example?: unknown };
}

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: true; content: Content };
  responses: Record<string, { description: string; headers?: Record<string, object>; content?: Content }>;
}

/** An OpenAPI 3.1 document, as far as Heed writes one. */
export interface OpenApi {
  openapi: "3.1.0";
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  security: [];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, object> };
}

const refusals: Readonly<Record<number, string>> = {
  400: "the request is malformed",
  401: "no key, or one that is not valid",
  403: "the key does not allow this",
  404: "there is no such thing",
  409: "it contradicts what is there",
  413: "the body is too large",
  415: "this content type is not accepted",
  429: "too many requests; Retry-After says when to come back",
  503: "busy or closing; nothing was taken, Retry-After says when to come back",
};

/** The document of these routes: what validates requests is what describes them. */
export function openApi(routes: readonly Route[], version: string): OpenApi {
  const components: Record<string, Schema> = {};
  const json = (schema: z.ZodType, io: "input" | "output") => convert(schema, io, components);
  const error = { "application/json": { schema: json(errorSchema, "output") } };
  const paths: OpenApi["paths"] = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operation(route, json, error);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Heed",
      version,
      description: `Events in, decisions out. Actions that Heed gives a meaning to: ${coreActions.join(", ")}; others are kept. Every refusal is { code, message, path?, remedy }. Without keys the server answers programs on its own machine only.`,
      license: { name: "Apache 2.0", identifier: "Apache-2.0" },
    },
    security: [],
    paths,
    components: { schemas: components, securitySchemes },
  };
}

const securitySchemes = {
  secretKey: { type: "http", scheme: "bearer", description: "heed_sk_...: for servers" },
  publishableKey: {
    type: "http",
    scheme: "bearer",
    description: "heed_pk_...: for browsers; writes events only",
  },
  userToken: {
    type: "http",
    scheme: "bearer",
    description: "heed_ut_...: signed by your server; reads one user's answers",
  },
  ticket: {
    type: "apiKey",
    in: "query",
    name: "ticket",
    description: "heed_tk_...: opens the event tail within a minute",
  },
};

function operation(
  route: Route,
  json: (schema: z.ZodType, io: "input" | "output") => Schema,
  error: Content,
): Operation {
  const { access, answer, produces = "application/json", example } = route;
  const responses: Operation["responses"] = {
    200: { description: "the answer", content: { [produces]: { schema: json(answer, "output") } } },
  };
  for (const status of refusedWith(route)) {
    const retry = status === 429 || status === 503;
    responses[status] = {
      description: refusals[status]!,
      ...(retry && { headers: { "Retry-After": { description: "seconds", schema: { type: "integer" } } } }),
      content: error,
    };
  }
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: describeAccess(access),
    security: security(access),
    parameters: [
      ...parameters(route.params, "path", json, example.params),
      ...parameters(route.query, "query", json, example.query),
    ],
    ...(route.body && {
      requestBody: { required: true, content: bodyContent(route, json) },
    }),
    responses,
  };
}

/** The statuses of refusal that a route declares, ascending. */
export function refusedWith({ access, query, params, body, refuses = [] }: Route): number[] {
  const statuses = new Set(refuses);
  if (params || query || body) statuses.add(400);
  if (access !== "public") for (const status of [401, 403, 429]) statuses.add(status);
  if (body) for (const status of [413, 415]) statuses.add(status);
  statuses.add(503);
  return [...statuses].sort((a, b) => a - b);
}

function bodyContent(route: Route, json: (schema: z.ZodType, io: "input" | "output") => Schema): Content {
  const schema = json(route.bodyDocument ?? route.body!, "input");
  return Object.fromEntries(
    (route.accepts ?? ["application/json"]).map((type) => [
      type,
      type === "application/x-ndjson"
        ? { schema: { type: "string", description: "one JSON value a line" } }
        : { schema, example: route.example.body },
    ]),
  );
}

function parameters(
  schema: z.ZodType | undefined,
  place: "path" | "query",
  json: (schema: z.ZodType, io: "input" | "output") => Schema,
  example: Record<string, unknown> = {},
): Parameter[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || !z.safeParse(z.strictObject({ [name]: field }), {}).success,
    schema: json(field, "input"),
    ...(example[name] !== undefined && { example: example[name] }),
  }));
}

function security(access: Access): Record<string, string[]>[] {
  if (access === "public") return [];
  return [
    { secretKey: [] },
    ...(access.scope === "events:write" ? [{ publishableKey: [] }] : []),
    ...(access.userToken ? [{ userToken: [] }] : []),
    ...(access.ticket ? [{ ticket: [] }] : []),
  ];
}

function describeAccess(access: Access): string {
  if (access === "public") return "Needs no key.";
  const token = { own: " A user token opens it for its own user.", any: " Any user token opens it." };
  return `Needs the scope \`${access.scope}\`.${access.userToken ? token[access.userToken] : ""}`;
}

/** A name for client generators: the method and the path's words, such as "getUsersByUserEvents". */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/v1/, "")
    .split(/[/.]/)
    .filter(Boolean)
    .map((word) => word.replace(/^\{(.+)\}$/, "by-$1"));
  return (
    method.toLowerCase() +
    words.map((word) => word.replace(/(^|-)./g, (start) => start.slice(-1).toUpperCase())).join("")
  );
}

/** JSON Schema of a zod schema, with named schemas moved to the document's components. */
function convert(schema: z.ZodType, io: "input" | "output", components: Record<string, Schema>): Schema {
  const { $schema: _, $defs, ...rest } = z.toJSONSchema(schema, { io, metadata: named }) as Schema;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Schema>))
    components[name] = relocate(definition) as Schema;
  return relocate(rest) as Schema;
}

function relocate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocate);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "$ref" && typeof inner === "string"
        ? inner.replace("#/$defs/", "#/components/schemas/")
        : relocate(inner),
    ]),
  );
}
