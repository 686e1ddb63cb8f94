import type { FastifyInstance } from "fastify";
import type { Heed } from "../../heed.js";
import { refuse } from "../../http/errors.js";
import type { ExtensionContext } from "../../http/index.js";
import { readBodies } from "../body.js";
import { entityRoutes } from "./entity-routes.js";
import { feedbackRoutes } from "./feedback-routes.js";
import { recommendRoutes } from "./recommend-routes.js";
import { gorseRoutes } from "./route.js";

/** What a healthy node of Gorse says of itself. */
const healthy = {
  Ready: true,
  DataStoreError: null,
  CacheStoreError: null,
  DataStoreConnected: true,
  CacheStoreConnected: true,
} as const;

/** Gorse's REST API. A Heed key is its API key, in the header X-API-Key. Errors are plain text, as Gorse's are. */
export function gorse(scope: FastifyInstance, about: ExtensionContext, heed: Heed): void {
  readBodies(scope, about.limits.body);
  scope.setErrorHandler((error, request, reply) => {
    const { message, remedy } = refuse(error, request, reply);
    return reply.type("text/plain; charset=utf-8").send(`${message}: ${remedy}`);
  });
  const add = gorseRoutes(scope);
  add("GET", "/health/live", "public", () => healthy);
  add("GET", "/health/ready", "public", () => healthy);
  entityRoutes(add, heed);
  feedbackRoutes(add, heed, about);
  recommendRoutes(add, heed, about);
}
