import type { FastifyInstance } from "fastify";
import type { Heed } from "../heed.js";
import type { ExtensionContext } from "../http/index.js";
import { deliverer } from "./deliver.js";
import { gorse } from "./gorse/index.js";
import { posthog } from "./posthog/index.js";
import { segment } from "./segment/index.js";

/**
 * Routes that answer as Segment's tracking API, PostHog's capture API and Gorse's REST API do, so that their clients work
 * unmodified. Give it to `createHttpServer` as `extend`.
 */
export function compatibility(heed: Heed): (server: FastifyInstance, about: ExtensionContext) => void {
  return (server, about) => {
    const deliver = deliverer(heed, about);
    server.register(async (scope) => segment(scope, about, deliver));
    server.register(async (scope) => posthog(scope, about, deliver));
    server.register(async (scope) => gorse(scope, about, heed));
  };
}
