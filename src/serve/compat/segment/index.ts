import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { bearer } from "../../http/caller.js";
import { InvalidInput, refuse } from "../../http/errors.js";
import type { ExtensionContext } from "../../http/index.js";
import { isCompressed, readBodies } from "../body.js";
import type { Deliver, Delivered, Delivery } from "../deliver.js";
import { isObject, type Json, momentOf, objectOf } from "../values.js";
import { type MessageType, messageTypes, readMessage } from "./message.js";

/** Paths under /v1 by what they take; the short ones are those of the browser library. */
const paths: Readonly<Record<MessageType, readonly string[]>> = {
  identify: ["identify", "i"],
  track: ["track", "t"],
  page: ["page", "p"],
  screen: ["screen", "s"],
  group: ["group", "g"],
  alias: ["alias", "a"],
};
const batchPaths = ["batch", "b", "import"];

/** Segment's HTTP tracking API. A Heed key is the write key: the user name of Basic authentication, or `writeKey` in the body. */
export function segment(scope: FastifyInstance, about: ExtensionContext, deliver: Deliver): void {
  readBodies(scope, about.limits.body);
  scope.setErrorHandler((error, request, reply) => {
    const { code, message, remedy } = refuse(error, request, reply);
    return reply.send({ success: false, code, message: `${message}: ${remedy}` });
  });
  const config = {
    access: { scope: "events:write" },
    credential: writeKey,
    bodyCredential: { types: "any", read: ({ body }: FastifyRequest) => textOf(objectOf(body).writeKey) },
    inflates: isCompressed,
  } as const;
  const route = (path: string, deliveryOf: (body: Json) => Delivery) => {
    const url = `/v1/${path}`;
    const handler = async (request: FastifyRequest, reply: FastifyReply) =>
      answer(await deliver(request, deliveryOf(bodyOf(request))), reply);
    scope.post(url, { config: { ...config, pattern: url } }, handler);
  };
  for (const type of messageTypes)
    for (const path of paths[type])
      route(path, (message) => ({
        messages: [message],
        read: (one) => readMessage(type, one),
        sent: momentOf(message.sentAt),
      }));
  for (const path of batchPaths) route(path, readBatch);
}

function readBatch(body: Json): Delivery {
  if (!Array.isArray(body.batch))
    throw new InvalidInput("batch", "batch is not a list", 'send { "batch": [...] }');
  const context = objectOf(body.context);
  return {
    messages: body.batch,
    sent: momentOf(body.sentAt),
    read(message) {
      const type = messageTypes.find((one) => one === message.type);
      if (!type)
        throw new InvalidInput("type", "type is none of Segment's", `send one of ${messageTypes.join(", ")}`);
      return readMessage(type, { ...message, context: { ...context, ...objectOf(message.context) } });
    },
  };
}

/** As Segment answers. Where Heed kept less than it was sent, it says so beside; where it kept nothing, it refuses. */
function answer({ rejected, isRefused }: Delivered, reply: FastifyReply): object {
  if (isRefused) reply.code(400);
  return { success: !isRefused, ...(rejected.length > 0 && { rejected }) };
}

function bodyOf({ body }: FastifyRequest): Json {
  if (isObject(body)) return body;
  throw new InvalidInput("", "the body is not a JSON object", "send what Segment's libraries send");
}

function writeKey({ headers: { authorization } }: FastifyRequest): string | undefined {
  const basic = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? "");
  if (!basic) return bearer(authorization);
  const [user = ""] = Buffer.from(basic[1]!, "base64").toString("utf8").split(":", 1);
  return user === "" ? undefined : user;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
