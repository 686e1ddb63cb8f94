import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import { HeedError } from "../../core/errors.js";
import { packageVersion } from "../../core/version.js";
import type { BackupManifest } from "../../store/index.js";
import type { Heed } from "../heed.js";
import { createActivities } from "./activity.js";
import { addRoute, readBody, type SharedContext } from "./add-route.js";
import { type Admission, admit, admitByBody } from "./admission.js";
import { sendError } from "./errors.js";
import { inFlight } from "./in-flight.js";
import { openKeyring } from "./keyring.js";
import { defaultLimits, type Limits } from "./limits.js";
import { createMetrics, type Metrics } from "./metrics.js";
import { noRoute } from "./nearest-route.js";
import { openApi } from "./openapi.js";
import { tokenBuckets } from "./rate-limit.js";
import { type LogDestination, redacting } from "./redact.js";
import { createRejections, type Rejections } from "./rejections.js";
import { routes as allRoutes } from "./routes/index.js";
import { isLoopback } from "./same-origin.js";
import { createTails } from "./tail.js";
import { refuseUnreadable } from "./unreadable.js";

export interface HttpOptions {
  /** Folder of keys.json; without it, or without keys in it, the server answers this machine only. */
  home?: string;
  /** Where log lines (JSON) go; nowhere by default. Keys and tokens never reach it. */
  log?: LogDestination;
  limits?: Partial<Limits>;
  /** Whether requests should be sent here, beside not closing; true by default. */
  isReady?: () => boolean | Promise<boolean>;
  /**
   * Adds routes of one's own: pages, other programs' interfaces. Each says in its config what `access` it asks and, where its
   * key is not in the Authorization header, where it is; `request.caller` says who calls. All limits apply to them.
   */
  extend?: (server: FastifyInstance, about: ExtensionContext) => void | Promise<void>;
  /** Writes a backup into a folder that does not exist yet, for POST /v1/backup; without it that route is not available. */
  backup?: (folder: string) => Promise<BackupManifest>;
  now?: () => number;
}

/** What added routes may know of the server. */
export interface ExtensionContext {
  limits: Limits;
  metrics: Metrics;
  rejections: Rejections;
  now(): number;
}

export interface HttpServer {
  fastify: FastifyInstance;
  /** Starts to listen and answers the address. Without keys only loopback is allowed. */
  listen(at: { port: number; host?: string }): Promise<string>;
  /** Stops accepting, finishes what is in flight, ends the tails, then closes Heed. Calling it again waits for the same. */
  close(): Promise<void>;
}

/** The HTTP door to any implementation of Heed. Throws if the home folder's keys cannot be read. */
export async function createHttpServer(heed: Heed, options: HttpOptions = {}): Promise<HttpServer> {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const now = options.now ?? Date.now;
  let draining = false;

  const fastify = newFastify(limits, options.log);
  const keyring = openKeyring(options.home, (err) => fastify.log.error({ err }, "keys unchanged"), now);
  const counted = inFlight(
    {
      requests: limits.inFlight,
      bytes: limits.inFlightBytes,
      body: limits.body,
      bodySeconds: limits.bodySeconds,
    },
    now,
  );
  const tails = createTails(heed, limits, () => metrics.tailDropped());
  const metrics = createMetrics({
    inFlight: () => counted.requests,
    inFlightBytes: () => counted.bytes,
    tails: () => tails.open,
    retrieval: () => heed.retrieval(),
  });
  const rejections = createRejections(now);
  const activities = createActivities(heed, rejections, now);
  const admission: Admission = {
    keyring,
    inFlight: counted,
    buckets: tokenBuckets(20_000, now),
    limits,
    draining: () => draining,
    now,
  };
  const shared: SharedContext = {
    heed,
    limits,
    metrics,
    tails,
    activities,
    rejections,
    now,
    draining: () => draining,
    isReady: async () => (await options.isReady?.()) ?? true,
    backup: options.backup,
    home: options.home,
    document: openApi(allRoutes, packageVersion()),
  };

  addHooks(fastify, admission, metrics);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("application/json", { parseAs: "buffer" }, readBody);
  for (const route of allRoutes) fastify.register(async (scope) => addRoute(scope, route, shared, counted));
  if (options.extend) {
    const { extend } = options;
    fastify.register(async (scope) => extend(scope, { limits, metrics, rejections, now }));
  }
  await fastify.ready();

  const sweeping = setInterval(() => counted.sweep(now()), 1000).unref();
  let closed: Promise<void> | null = null;

  async function drain(): Promise<void> {
    draining = true;
    tails.close();
    activities.close();
    const cut = setTimeout(() => fastify.server.closeAllConnections(), limits.drainSeconds * 1000).unref();
    await fastify.close();
    clearTimeout(cut);
    clearInterval(sweeping);
    await heed.close();
  }

  return {
    fastify,
    async listen({ port, host = "127.0.0.1" }) {
      if (!keyring.keyed() && !isLoopback(host))
        throw new HeedError(
          "no-keys",
          `without keys Heed does not listen on ${host}: everybody there could read and write`,
          "make a key first: heed keys create",
        );
      await fastify.listen({ port, host: host === "localhost" ? "127.0.0.1" : host }).catch((cause) => {
        if (cause.code !== "EADDRINUSE") throw cause;
        const remedy = `stop the other program, or choose a port: HEED_PORT=${port + 1}`;
        throw new HeedError("port", `port ${port} is taken`, remedy, { cause });
      });
      const { address, family, port: chosen } = fastify.server.address() as AddressInfo;
      return `http://${family === "IPv6" ? `[${address}]` : address}:${chosen}`;
    },
    close() {
      closed ??= drain();
      return closed;
    },
  };
}

function newFastify(limits: Limits, log: LogDestination | undefined): FastifyInstance {
  const fastify = Fastify({
    logger: log ? { level: "info", stream: redacting(log) } : false,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.body,
    exposeHeadRoutes: false,
    return503OnClosing: false, // `admit` answers that in the shape of all errors
    keepAliveTimeout: 72_000,
    connectionTimeout: 60_000,
    requestTimeout: 300_000, // for streams; other bodies are held to limits.bodySeconds
    http: {
      headersTimeout: limits.headerSeconds * 1000,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16_384,
    },
    routerOptions: { maxParamLength: 8_000 },
    frameworkErrors: sendError,
    clientErrorHandler: refuseUnreadable,
  });
  fastify.server.maxConnections = limits.connections;
  return fastify;
}

/** What happens to every request, whichever route it is for. */
function addHooks(fastify: FastifyInstance, admission: Admission, metrics: Metrics): void {
  fastify.decorateRequest("caller", null);
  fastify.decorateRequest("bodyKey", null);
  fastify.setErrorHandler(sendError);
  fastify.setNotFoundHandler((request, reply) => {
    const { error, allow } = noRoute(allRoutes, request.method, request.url);
    if (allow) reply.header("allow", allow);
    return sendError(error, request, reply);
  });
  fastify.addHook("onRoute", ({ config, url }) => {
    if (config?.access === undefined)
      throw new HeedError("route", `${url} does not say who may call it`, "give its config an `access`");
  });
  fastify.addHook("onRequest", (request, reply, done) => {
    observe(request, reply.raw, metrics);
    try {
      if (!admit(admission, request, reply)) done();
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook("preValidation", (request, reply, done) => {
    try {
      admitByBody(admission, request, reply);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook("onSend", (_, reply, payload, done) => {
    if (admission.draining()) reply.header("connection", "close");
    done(null, payload);
  });
}

/** Counts and logs a request once its answer is sent or its client gone: by its route, never by names of users or items. */
function observe(request: FastifyRequest, response: ServerResponse, metrics: Metrics): void {
  const start = performance.now();
  response.once("close", () => {
    const seconds = (performance.now() - start) / 1000;
    const status = response.writableFinished ? response.statusCode : 499; // the client left first
    const { config, url = "unknown" } = request.routeOptions;
    const route = request.is404 ? "unknown" : (config.pattern ?? url);
    const { method, caller } = request;
    metrics.answered(method, route, status, seconds);
    request.log.info(
      { method, route, status, ms: Math.round(seconds * 1e5) / 100, key: caller?.key?.id },
      "answered",
    );
  });
}
