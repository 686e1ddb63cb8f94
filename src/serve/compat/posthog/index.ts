import type { FastifyInstance, FastifyRequest } from "fastify";
import { bearer } from "../../http/caller.js";
import { InvalidInput, refuse } from "../../http/errors.js";
import type { ExtensionContext } from "../../http/index.js";
import { isCompressed, readBodies } from "../body.js";
import type { Deliver, Delivery } from "../deliver.js";
import { isObject, momentOf, objectOf } from "../values.js";
import { readEvent } from "./event.js";
import { noDefinitions, noFlags } from "./flags.js";

const capturePaths = ["/batch", "/capture", "/track", "/e", "/i/v0/e", "/i/v0/ai/batch"];
const flagPaths = ["/flags", "/decide"];
const definitionPaths = ["/flags/definitions", "/api/feature_flag/local_evaluation"];

/**
 * PostHog's capture and batch endpoints, and the answers of its feature flags when there are none. A Heed key is the project's
 * key: `api_key` or `token` in the body, or a bearer credential.
 */
export function posthog(scope: FastifyInstance, about: ExtensionContext, deliver: Deliver): void {
  readBodies(scope, about.limits.body);
  scope.setErrorHandler((error, request, reply) => {
    const { code, message, remedy } = refuse(error, request, reply);
    return reply.send({ type: typeOf(reply.statusCode), code, detail: `${message}: ${remedy}`, attr: null });
  });
  const access = { scope: "events:write" } as const;
  const credential = ({ headers }: FastifyRequest) => bearer(headers.authorization);
  const config = {
    access,
    credential,
    bodyCredential: { types: "any", read: projectKey },
    inflates: isCompressed,
  } as const;
  const post = (path: string, handler: (request: FastifyRequest) => unknown) => {
    for (const url of [path, `${path}/`])
      scope.post(url, { config: { ...config, pattern: path } }, async (request) => handler(request));
  };
  for (const path of capturePaths)
    post(path, async (request) => {
      const { rejected, isRefused } = await deliver(request, deliveryOf(request, about.now()));
      if (isRefused) throw refusal(rejected[0]!);
      return { status: "Ok", ...(rejected.length > 0 && { rejected }) };
    });
  post("/i/v1/analytics/events", async (request) => {
    const delivery = deliveryOf(request, about.now());
    const { rejected } = await deliver(request, delivery);
    return { results: resultsOf(delivery.messages, rejected) };
  });
  for (const path of flagPaths) post(path, () => noFlags);
  for (const path of definitionPaths)
    for (const url of [path, `${path}/`])
      scope.get(url, { config: { access, credential, pattern: path } }, async () => noDefinitions);
}

function deliveryOf({ body, headers }: FastifyRequest, now: number): Delivery {
  const sent = objectOf(body).sent_at ?? headers["posthog-request-timestamp"];
  return { messages: messagesOf(body), read: (message) => readEvent(message, now), sent: momentOf(sent) };
}

/** A batch, a bare list, or one event. */
function messagesOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (!isObject(body))
    throw new InvalidInput("", "the body is not an event", 'send an event, a list, or { "batch": [...] }');
  if (!Object.hasOwn(body, "batch")) return [body];
  if (Array.isArray(body.batch)) return body.batch;
  throw new InvalidInput("batch", "batch is not a list", 'send { "batch": [...] }');
}

/** The key of a body: beside the events, or in the first event as the browser library sends it. */
function projectKey({ body }: FastifyRequest): string | undefined {
  const first = objectOf(Array.isArray(body) ? body[0] : body);
  const { api_key, token } = first;
  const key = api_key ?? token ?? objectOf(first.properties).token;
  return typeof key === "string" ? key : undefined;
}

/** By uuid, what became of each event: the second form of the API answers for each. */
function resultsOf(
  messages: readonly unknown[],
  rejected: readonly { index: number; path: string; reason: string }[],
): Record<string, { result: "ok" | "drop"; details?: string }> {
  const reasons = new Map(rejected.map(({ index, path, reason }) => [index, `${path} ${reason}`.trim()]));
  const entries = messages.flatMap((message, i) => {
    const { uuid } = objectOf(message);
    if (typeof uuid !== "string") return [];
    const details = reasons.get(i);
    return [
      [
        uuid,
        details === undefined ? { result: "ok" as const } : { result: "drop" as const, details },
      ] as const,
    ];
  });
  return Object.fromEntries(entries);
}

function refusal({ path, reason }: { path: string; reason: string }): InvalidInput {
  return new InvalidInput(
    path,
    `no event was kept: ${path} ${reason}`,
    "mend the events and send them again",
  );
}

function typeOf(status: number): string {
  if (status === 401 || status === 403) return "authentication_error";
  if (status === 429) return "throttled_error";
  return status >= 500 ? "server_error" : "validation_error";
}
