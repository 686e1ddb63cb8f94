import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { HeedError } from "../../core/errors.js";

/** Where `npm run build` puts the Studio, seen from the sources as from what is compiled of them. */
const builtStudio = fileURLToPath(new URL("../../../dist/studio/", import.meta.url));

/** The one style element that Observable Plot puts into each chart, by its hash; every other inline style is refused. */
const chartStyle = "'sha256-+TfQir1nvDucAdvE6XUQBt4ayUjpAWkbw2kCdSfekHM='";

const pageHeaders = {
  "content-security-policy": `default-src 'none'; script-src 'self'; style-src 'self' ${chartStyle}; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

interface File {
  type: string;
  content: Buffer;
  compressed: Buffer;
}

/**
 * The Studio under /studio: files of the folder by name, and its page for every other address below, because its addresses
 * are made in the browser. Nothing in these files is secret; what they show is asked of the HTTP interface, with a key.
 */
export function studio(folder = builtStudio): (server: FastifyInstance) => void {
  return (server) => {
    const read = fileReader(folder);
    const assets = new Set(filesOf(join(folder, "assets")));
    const open = { config: { access: "public" as const } };

    const page = (request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(pageHeaders).header("cache-control", "no-cache");
      return send(request, reply, read("index.html"));
    };
    server.get("/studio", open, page);
    server.get("/studio/*", open, page);
    server.get("/studio/assets/:name", open, (request, reply) => {
      const { name } = request.params as { name: string };
      if (!assets.has(name))
        throw new HeedError(
          "unknown-route",
          "the Studio has no such file",
          "reload the page: it was updated",
        );
      // The name carries a hash of the content.
      reply.header("cache-control", "public, max-age=31536000, immutable");
      return send(request, reply, read(`assets/${name}`));
    });
  };
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Reads and compresses each file once. */
function fileReader(folder: string): (name: string) => File {
  const kept = new Map<string, File>();
  return (name) => {
    let file = kept.get(name);
    if (!file) {
      const content = contentOf(join(folder, name));
      file = {
        type: types[extname(name)] ?? "application/octet-stream",
        content,
        compressed: gzipSync(content),
      };
      kept.set(name, file);
    }
    return file;
  };
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new HeedError("studio-unavailable", "the Studio is not built", "run: npm run build", { cause });
  }
}

function send(request: FastifyRequest, reply: FastifyReply, { type, content, compressed }: File): Buffer {
  reply.type(type).header("vary", "accept-encoding");
  if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return content;
  reply.header("content-encoding", "gzip");
  return compressed;
}
