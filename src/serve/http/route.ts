import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { BackupManifest } from "../../store/index.js";
import type { Heed } from "../heed.js";
import type { Activities } from "./activity.js";
import { type Access, type Caller, checkSubject } from "./caller.js";
import { InvalidInput, invalidInput } from "./errors.js";
import { findFlaw } from "./json.js";
import type { Limits } from "./limits.js";
import type { Metrics } from "./metrics.js";
import type { OpenApi } from "./openapi.js";
import type { Rejections } from "./rejections.js";
import type { Tails } from "./tail.js";

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type MediaType = "application/json" | "text/plain" | "application/x-ndjson";

/** What a route's handler may use. */
export interface RouteContext {
  heed: Heed;
  caller: Caller;
  limits: Limits;
  metrics: Metrics;
  tails: Tails;
  activities: Activities;
  rejections: Rejections;
  request: FastifyRequest;
  reply: FastifyReply;
  now(): number;
  /** Whether the server is closing. */
  draining(): boolean;
  isReady(): Promise<boolean>;
  document: OpenApi;
  /** Writes a backup, where the server can. */
  backup: ((folder: string) => Promise<BackupManifest>) | undefined;
  /** The home folder, where the server has one. */
  home: string | undefined;
}

type Schema = z.ZodType | undefined;
type Output<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;
type Example<S extends Schema> = S extends z.ZodType ? z.input<S> : undefined;

/** What was asked, as a route's schemas read it. */
export interface RouteInput<P extends Schema, Q extends Schema, B extends Schema> {
  params: Output<P>;
  query: Output<Q>;
  body: Output<B>;
}

interface Definition<P extends Schema, Q extends Schema, B extends Schema, A extends z.ZodType> {
  method: Method;
  /** As OpenAPI writes it: "/v1/items/{item}". */
  path: string;
  summary: string;
  access: Access;
  params?: P;
  query?: Q;
  body?: B;
  /** What the document shows as the body, where the handler judges its parts one by one. */
  bodyDocument?: z.ZodType;
  /** Content types of the body; JSON unless told. */
  accepts?: readonly MediaType[];
  answer: A;
  /** Content type of the answer; JSON unless told. */
  produces?: string;
  /** Statuses beyond those that follow from the rest, such as 404. */
  refuses?: readonly number[];
  /** A request that works in the documented example world; the document shows it and the tests send it. */
  example: { params?: Example<P>; query?: Example<Q>; body?: unknown };
  /** Whom the request is about; a user token opens the route for its own user only. */
  subject?: (input: RouteInput<P, Q, B>) => string | undefined;
  handle(input: RouteInput<P, Q, B>, context: RouteContext): Promise<z.input<A>> | z.input<A>;
  /** Answers an NDJSON stream, which is not read into memory. */
  handleStream?: (stream: Readable, context: RouteContext) => Promise<z.input<A>>;
}

/** A route as data: the server, the OpenAPI document, the reference page and the tests are all made from it. */
export interface Route
  extends Omit<Definition<Schema, Schema, Schema, z.ZodType>, "handle" | "subject" | "example"> {
  example: { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown };
  /** Checks what was asked, and who asks about whom, then answers. Throws a HeedError. */
  run(asked: { params: unknown; query: unknown; body: unknown }, context: RouteContext): unknown;
}

/** Declares a route; the types of its handler follow from its schemas. */
export function route<
  A extends z.ZodType,
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(definition: Definition<P, Q, B, A>): Route {
  const { handle, subject, example, ...shared } = definition;
  return {
    ...shared,
    example: example as Route["example"],
    run(asked, context) {
      const input = {
        params: read(definition.params, asked.params),
        query: read(definition.query ?? noQuery, asked.query),
        body: readBody(definition.body, asked.body),
      } as RouteInput<P, Q, B>;
      checkSubject(definition.access, context.caller, subject?.(input));
      return handle(input, context);
    },
  };
}

const noQuery = z.strictObject({});

function readBody(schema: Schema, value: unknown): unknown {
  if (!schema) return undefined;
  if (value === undefined)
    throw new InvalidInput("", "the body is missing", "send a JSON body with content-type: application/json");
  const flaw = schema instanceof z.ZodUnknown ? null : findFlaw(value);
  if (flaw)
    throw new InvalidInput(
      flaw.path,
      `${flaw.path || "the body"}: ${flaw.reason}`,
      "mend the value and send it again",
    );
  return read(schema, value);
}

function read(schema: Schema, value: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error, schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);
}
