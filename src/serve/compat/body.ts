import { gunzipSync } from "node:zlib";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { HeedError } from "../../core/errors.js";
import { readJson } from "../http/json.js";

/**
 * Lets a scope read bodies of every content type as JSON, gzip included: clients of these products send JSON as text/plain to
 * spare a preflight, or as the `data` of a form. Compressed bodies may grow to `limit` bytes and no further.
 */
export function readBodies(scope: FastifyInstance, limit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer" }, (request: FastifyRequest, bytes: Buffer, done) => {
    try {
      const plain = isCompressed(request) ? inflate(bytes, limit) : bytes;
      done(null, isForm(request) ? readForm(plain) : readJson(plain));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Whether a request says that its body is gzip: by the header, or as PostHog's libraries do, in the query. */
export function isCompressed({ headers, query }: FastifyRequest): boolean {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "gzip") return true;
  const { compression } = (query ?? {}) as { compression?: unknown };
  const isGzip = compression === "gzip" || compression === "gzip-js";
  if (encoding === "identity" && (compression === undefined || compression === "base64" || isGzip))
    return isGzip;
  throw new HeedError("media-type", "this compression is not accepted here", "send gzip, or no compression");
}

function inflate(bytes: Buffer, limit: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new HeedError("too-large", `the body is larger than ${limit} bytes`, "send smaller batches", {
        cause,
      });
    throw new HeedError("invalid", "the body is not gzip", "compress it with gzip, or send it as it is", {
      cause,
    });
  }
}

function isForm({ headers }: FastifyRequest): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "");
}

/** The JSON in a form's `data`, as it is or in base64. A form without one is taken for JSON, which some clients mislabel. */
function readForm(bytes: Buffer): unknown {
  if (!bytes.subarray(0, 5).equals(Buffer.from("data="))) return readJson(bytes);
  const data = new URLSearchParams(bytes.toString("latin1")).get("data") ?? "";
  const isJson = /^\s*[[{]/.test(data);
  return readJson(Buffer.from(data, isJson ? "utf8" : "base64"));
}
