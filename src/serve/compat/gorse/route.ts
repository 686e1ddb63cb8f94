import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Scope } from "../../http/index.js";

type Handler = (request: FastifyRequest) => Promise<unknown> | unknown;

/** Adds a route under /api for callers with a scope. */
export type AddRoute = (
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  scope: Scope | "public",
  handle: Handler,
) => void;

/** Routes of a server scope, with a slash at their end or without; the key is in the header X-API-Key. */
export function gorseRoutes(server: FastifyInstance): AddRoute {
  return (method, path, scope, handle) => {
    const pattern = `/api${path.replace(/:(\w+)/g, "{$1}")}`;
    const access = scope === "public" ? ("public" as const) : { scope };
    for (const url of [`/api${path}`, `/api${path}/`])
      server.route({
        method,
        url,
        config: { access, credential: apiKey, pattern },
        handler: async (request) => handle(request),
      });
  };
}

function apiKey({ headers }: FastifyRequest): string | undefined {
  const key = headers["x-api-key"];
  return typeof key === "string" && key !== "" ? key : undefined;
}
