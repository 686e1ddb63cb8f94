import type { FastifyReply, FastifyRequest } from "fastify";
import { HeedError } from "../../core/errors.js";
import {
  type Access,
  anonymousCaller,
  bearer,
  type Caller,
  checkAccess,
  identify,
  rateOf,
} from "./caller.js";
import { checkOrigin, corsHeaders, isPreflight, preflightHeaders } from "./cors.js";
import type { InFlight } from "./in-flight.js";
import type { Keyring } from "./keyring.js";
import type { Limits } from "./limits.js";
import { type Buckets, rateHeaders } from "./rate-limit.js";
import { checkSameOrigin } from "./same-origin.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route asks of its caller; every route must say. */
    access?: Access;
    /** The route's pattern, for logs and metrics. */
    pattern?: string;
    /** Whether a body of this content type is a stream. */
    streams?: string;
    /** The key as the headers or the query have it; without this, the bearer credential of the Authorization header. */
    credential?: (request: FastifyRequest) => string | undefined;
    /** The key, where it is in a body of these content types ("any": whatever its type) and nowhere else. */
    bodyCredential?: {
      types: readonly string[] | "any";
      read(request: FastifyRequest): string | undefined;
    };
    /** Whether this request's body is compressed: it is counted as large as it may become. */
    inflates?: (request: FastifyRequest) => boolean;
  }
  interface FastifyRequest {
    /** Who calls; null on public routes, and until the body is read where the key is in the body. */
    caller: Caller | null;
  }
}

export interface Admission {
  keyring: Keyring;
  inFlight: InFlight;
  buckets: Buckets;
  limits: Limits;
  draining(): boolean;
  now(): number;
}

const everyAnswer = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
};

/**
 * Decides on a request by its headers, before its body is read; throws a HeedError to refuse it. Returns true when the answer
 * was sent already (a preflight).
 */
export function admit(admission: Admission, request: FastifyRequest, reply: FastifyReply): boolean {
  const { keyring, inFlight, now } = admission;
  const { headers, method } = request;
  reply.headers(everyAnswer);
  const isKeyed = keyring.keyed();
  if (!isKeyed) checkSameOrigin(headers);
  if (admission.draining())
    throw new HeedError("unavailable", "the server is closing", "send it again shortly");
  const { config } = request.routeOptions;
  const bodyType = mediaType(headers["content-type"]);
  const isStream = config.streams !== undefined && bodyType === config.streams;
  inFlight.enter(request.raw, reply.raw, isStream, config.inflates?.(request));
  if (isKeyed && headers.origin !== undefined) reply.headers(corsHeaders(keyring, headers.origin, now()));
  if (isKeyed && isPreflight(method, headers)) {
    if (!keyring.knowsOrigin(headers.origin!, now()))
      throw new HeedError(
        "forbidden",
        "pages of this origin may not call here",
        "make a publishable key with that origin: heed keys create --publishable --origin https://...",
      );
    reply.headers(preflightHeaders).code(204).send();
    return true;
  }
  const { access } = config;
  if (request.is404 || access === undefined || access === "public") return false;
  const credential = config.credential ? config.credential(request) : bearer(headers.authorization);
  if (credential === undefined && isKeyed && mayCarryKey(config.bodyCredential?.types, bodyType))
    return false;
  accept(admission, request, reply, access, credential);
  return false;
}

/** Decides on a request whose key is in its body. */
export function admitByBody(admission: Admission, request: FastifyRequest, reply: FastifyReply): void {
  const { access, bodyCredential } = request.routeOptions.config;
  if (request.caller || request.is404 || access === undefined || access === "public") return;
  accept(admission, request, reply, access, bodyCredential?.read(request));
}

function accept(
  admission: Admission,
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
  credential: string | undefined,
): void {
  const { keyring, now } = admission;
  const time = now();
  const caller =
    credential === undefined || !keyring.keyed()
      ? anonymousCaller(keyring)
      : identify(keyring, credential, time);
  checkOrigin(keyring, caller, request.headers.origin, time);
  limitRate(admission, caller, reply);
  checkAccess(access, caller);
  request.caller = caller;
}

function limitRate({ buckets, limits }: Admission, caller: Caller, reply: FastifyReply): void {
  const [name, rate] = rateOf(caller, limits.rates);
  const own = buckets.take(name, rate);
  reply.headers(rateHeaders("key", rate, own));
  if (!own.allowed) throw tooMany(reply, own.wait, "this key or user");
  const project = buckets.take(`project ${caller.project}`, limits.rates.project);
  if (project.allowed) return;
  reply.headers(rateHeaders("project", limits.rates.project, project));
  throw tooMany(reply, project.wait, "this project");
}

function tooMany(reply: FastifyReply, wait: number, whose: string): HeedError {
  reply.header("retry-after", String(Math.max(1, Math.ceil(wait))));
  return new HeedError(
    "rate-limit",
    `too many requests of ${whose}`,
    "wait as long as Retry-After says; send events in batches",
  );
}

function mayCarryKey(types: readonly string[] | "any" | undefined, bodyType: string | undefined): boolean {
  if (types === undefined || bodyType === undefined) return false;
  return types === "any" || types.includes(bodyType);
}

function mediaType(header: string | undefined): string | undefined {
  return header?.split(";", 1).join("").trim().toLowerCase();
}
