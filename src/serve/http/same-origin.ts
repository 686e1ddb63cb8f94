import type { IncomingHttpHeaders } from "node:http";
import { HeedError } from "../../core/errors.js";

const localNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a host to bind to can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Guards a server without keys, where being on this machine is the only credential, against the pages that a browser on this
 * machine shows. Host must be a local name: under DNS rebinding it is the attacker's. Origin, where the browser sends one
 * (always on requests with a body), must be this server itself: another port is another origin. Where it sends none, as for
 * an image or a link, Sec-Fetch-Site says whether another site asked; programs send neither.
 */
export function checkSameOrigin(headers: IncomingHttpHeaders): void {
  const host = headers.host ?? "";
  if (!localNames.has(host.replace(/:\d+$/, "")))
    throw new HeedError(
      "forbidden",
      "this server has no keys, so it answers to the names of this machine only",
      "call it by localhost or 127.0.0.1, or make a key: heed keys create",
    );
  const { origin, "sec-fetch-site": site } = headers;
  const foreign =
    origin === undefined
      ? site !== undefined && site !== "same-origin" && site !== "none"
      : origin !== `http://${host}`;
  if (foreign)
    throw new HeedError(
      "forbidden",
      "this server has no keys, so it refuses pages of other origins",
      "make a publishable key with the page's origin: heed keys create --publishable --origin https://...",
    );
}
