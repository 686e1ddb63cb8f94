import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { HeedError } from "../../core/errors.js";
import { bearer, type Caller } from "./caller.js";
import type { InFlight } from "./in-flight.js";
import { readJson } from "./json.js";
import { keyKind } from "./keys.js";
import type { Route, RouteContext } from "./route.js";

declare module "fastify" {
  interface FastifyRequest {
    /** The key that came in a text/plain body. */
    bodyKey: string | null;
  }
}

/** What the handlers of all requests share. */
export type SharedContext = Omit<RouteContext, "caller" | "request" | "reply">;

type Done = (error: Error | null, body?: unknown) => void;

const anybody: Caller = { kind: "open", project: "default", scopes: [], isValid: () => true };

/** Serves a declared route, in a scope of its own, because content types are accepted per scope. */
export function addRoute(
  scope: FastifyInstance,
  route: Route,
  shared: SharedContext,
  inFlight: InFlight,
): void {
  const { method, path, access, accepts = [], produces } = route;
  const beacons = accepts.includes("text/plain");
  const streams = accepts.includes("application/x-ndjson");
  if (beacons) scope.addContentTypeParser("text/plain", { parseAs: "buffer" }, readBeacon);
  if (streams) scope.addContentTypeParser("application/x-ndjson", passStream);
  scope.route({
    method,
    url: path.replace(/\{(\w+)\}/g, ":$1"),
    config: {
      access,
      pattern: path,
      ...(typeof access === "object" && access.ticket && { credential: ticketInQuery }),
      ...(beacons && { bodyCredential: { types: ["text/plain"], read: publishableKey } }),
      ...(streams && { streams: "application/x-ndjson" }),
    },
    async handler(request, reply) {
      const context = { ...shared, caller: request.caller ?? anybody, request, reply };
      const answer =
        request.body instanceof Readable
          ? await answerStream(route, request.body, context, reply)
          : await route.run(request, context);
      if (reply.sent) {
        inFlight.leave(request.raw);
        return reply;
      }
      if (produces) reply.type(produces);
      return answer;
    },
  });
}

/** Reads a JSON body for Fastify. */
export function readBody(request: FastifyRequest, bytes: Buffer, done: Done): void {
  try {
    refuseEncoded(request);
    done(null, readJson(bytes));
  } catch (error) {
    done(error as Error);
  }
}

/** JSON sent as text/plain, as `navigator.sendBeacon` does; its key is taken out of the body. */
function readBeacon(request: FastifyRequest, bytes: Buffer, done: Done): void {
  readBody(request, bytes, (error, body) => {
    if (error || typeof body !== "object" || body === null || !Object.hasOwn(body, "key"))
      return done(error, body);
    const { key, ...rest } = body as { key: unknown };
    request.bodyKey = typeof key === "string" ? key : "";
    done(null, rest);
  });
}

function passStream(request: FastifyRequest, payload: unknown, done: Done): void {
  try {
    refuseEncoded(request);
    done(null, payload);
  } catch (error) {
    done(error as Error);
  }
}

async function answerStream(
  route: Route,
  stream: Readable,
  context: RouteContext,
  reply: FastifyReply,
): Promise<unknown> {
  try {
    return await route.handleStream!(stream, context);
  } catch (error) {
    reply.header("connection", "close"); // what is still to come would be read to its end otherwise
    throw error;
  }
}

function publishableKey({ bodyKey }: FastifyRequest): string | undefined {
  if (bodyKey === null || keyKind(bodyKey) === "publishable") return bodyKey ?? undefined;
  throw new HeedError("unauthorized", "a body may carry a publishable key only", 'put "heed_pk_..." there');
}

/** Tickets are the one credential a query may carry; a key there is not even looked at. */
function ticketInQuery({ headers, query }: FastifyRequest): string | undefined {
  if (headers.authorization !== undefined) return bearer(headers.authorization);
  const { ticket } = query as { ticket?: unknown };
  return typeof ticket === "string" && ticket.startsWith("heed_tk_") ? ticket : undefined;
}

function refuseEncoded({ headers }: FastifyRequest): void {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity")
    throw new HeedError(
      "media-type",
      "compressed bodies are not accepted",
      "send it without content-encoding",
    );
}
