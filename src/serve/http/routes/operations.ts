import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import { referenceHeaders, referencePage } from "../reference.js";
import { route } from "../route.js";

export const getHealth = route({
  method: "GET",
  path: "/healthz",
  summary: "Is the server up",
  access: "public",
  answer: z.strictObject({ ok: z.literal(true) }),
  example: {},
  handle: () => ({ ok: true as const }),
});

export const getReady = route({
  method: "GET",
  path: "/readyz",
  summary: "Should requests be sent here",
  access: "public",
  answer: z.strictObject({ ready: z.literal(true) }),
  refuses: [503],
  example: {},
  handle: async (_, { draining, isReady }) => {
    if (draining() || !(await isReady()))
      throw new HeedError("unavailable", "the server is not ready", "wait, or send requests to another one");
    return { ready: true as const };
  },
});

export const getMetrics = route({
  method: "GET",
  path: "/metrics",
  summary: "What the server counts, as Prometheus reads it",
  access: { scope: "metrics:read" },
  answer: z.string(),
  produces: "text/plain; version=0.0.4; charset=utf-8",
  example: {},
  handle: (_, { metrics }) => metrics.text(),
});

export const getDocument = route({
  method: "GET",
  path: "/openapi.json",
  summary: "This interface as an OpenAPI 3.1 document",
  access: "public",
  answer: z.looseObject({ openapi: z.string() }),
  example: {},
  handle: (_, { document }) => ({ ...document }),
});

export const getReference = route({
  method: "GET",
  path: "/reference",
  summary: "This interface as a page",
  access: "public",
  answer: z.string(),
  produces: "text/html; charset=utf-8",
  example: {},
  handle: (_, { document, reply }) => {
    reply.headers(referenceHeaders);
    return referencePage(document);
  },
});
