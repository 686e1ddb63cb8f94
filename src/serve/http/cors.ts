import type { IncomingHttpHeaders } from "node:http";
import { HeedError } from "../../core/errors.js";
import type { Caller } from "./caller.js";
import type { Keyring } from "./keyring.js";

/**
 * Cross-origin headers. A preflight cannot show its key, so it passes for an origin that any publishable key names; the
 * request itself is held to its own key by `checkOrigin`. There are no cookies, so nothing is sent on anybody's behalf.
 */
export function corsHeaders(keyring: Keyring, origin: string, now: number): Record<string, string> {
  if (!keyring.knowsOrigin(origin, now)) return { vary: "origin" };
  return {
    vary: "origin",
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "retry-after, ratelimit, ratelimit-policy",
  };
}

/** What a preflight is answered with, beside `corsHeaders`. */
export const preflightHeaders = {
  "access-control-allow-methods": "GET, POST, PUT, DELETE",
  "access-control-allow-headers": "authorization, content-type",
  "access-control-max-age": "600",
};

export function isPreflight(method: string, headers: IncomingHttpHeaders): boolean {
  return (
    method === "OPTIONS" &&
    headers.origin !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

/** Throws "forbidden" if a page's origin may not use this caller's key. Secret keys are not for pages at all. */
export function checkOrigin(keyring: Keyring, caller: Caller, origin: string | undefined, now: number): void {
  if (origin === undefined || caller.kind === "open" || caller.kind === "secret") return;
  const allowed =
    caller.kind === "publishable"
      ? caller.key?.origins.includes(origin) || caller.key?.origins.includes("*")
      : keyring.allowsOrigin(caller.project, origin, now);
  if (!allowed)
    throw new HeedError(
      "forbidden",
      "pages of this origin may not use this key",
      "make a publishable key with that origin: heed keys create --publishable --origin https://...",
    );
}
