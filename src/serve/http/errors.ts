import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { HeedError, nearest } from "../../core/errors.js";
import { redact } from "./redact.js";

/** What every refusal looks like. */
export interface ErrorAnswer {
  code: string;
  message: string;
  /** The field that was wrong, such as "items.0.propensity". */
  path?: string;
  remedy: string;
}

/** A malformed input, and where. */
export class InvalidInput extends HeedError {
  readonly path: string;
  constructor(path: string, what: string, remedy: string) {
    super("invalid", what, remedy);
    this.path = path;
  }
}

const statuses: readonly [code: RegExp, status: number][] = [
  [/^(.+-)?invalid$/, 400],
  [/^unauthorized$/, 401],
  [/^forbidden$/, 403],
  [/^unknown(-.+)?$/, 404],
  [/^method$/, 405],
  [/^(conflict|no-previous)$/, 409],
  [/^too-large$/, 413],
  [/^media-type$/, 415],
  [/^rate-limit$/, 429],
  [/^unsupported$/, 501],
  [/^(busy|disk-full|(.+-)?unavailable)$/, 503],
];

/** The HTTP status of an error code. A code that is not listed means that Heed itself failed: 500. */
export function statusOf(code: string): number {
  return statuses.find(([pattern]) => pattern.test(code))?.[1] ?? 500;
}

/** The first thing that a schema found wrong, as an error; an unknown key gets the nearest known one. */
export function invalidInput(error: z.ZodError, known: readonly string[]): InvalidInput {
  const issue = error.issues[0]!;
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    // Comparing takes time by the product of the lengths, and the key is as long as its sender likes.
    const near = issue.path.length === 0 && key.length <= 64 ? nearest(key, known) : undefined;
    const path = short([...issue.path, key].join("."));
    return new InvalidInput(
      path,
      `${path} is not known here`,
      near ? `did you mean ${near}?` : fieldsOf(known),
    );
  }
  const path = short(issue.path.join("."));
  return new InvalidInput(path, path ? `${path}: ${issue.message}` : issue.message, fieldsOf(known));
}

function fieldsOf(known: readonly string[]): string {
  if (known.length === 0) return "leave it out: nothing is asked for here; /reference shows every route";
  return `what can be given is ${known.join(", ")}; /reference shows their types and an example`;
}

function short(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}...` : path;
}

/** Answers with an error: its status, a JSON body without keys or stack, and Retry-After where waiting helps. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = refuse(error, request, reply);
  return reply.type("application/json; charset=utf-8").send(answer);
}

/** Sets the status and the headers of a refusal, and answers what its body must tell, in whatever shape. */
export function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): ErrorAnswer {
  const { status, answer } = describe(error, request.id);
  if (status === 500) request.log.error({ err: error }, "failed");
  if ((status === 429 || status === 503) && !reply.hasHeader("retry-after")) reply.header("retry-after", "1");
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="heed"');
  reply.code(status);
  return answer;
}

/** The status and body of an error. */
export function describe(error: unknown, logId: string): { status: number; answer: ErrorAnswer } {
  const known = asHeedError(error);
  const status = known ? statusOf(known.code) : 500;
  if (!known || status === 500) {
    return {
      status: 500,
      answer: {
        code: "internal",
        message: "something failed inside Heed",
        remedy: `look for ${logId} in the server's log`,
      },
    };
  }
  const message = known.message.replace(`\n  help: ${known.remedy}`, "");
  return {
    status,
    answer: {
      code: known.code,
      message: redact(message),
      ...("path" in known && typeof known.path === "string" && { path: redact(known.path) }),
      remedy: redact(known.remedy),
    },
  };
}

function asHeedError(error: unknown): HeedError | null {
  if (error instanceof HeedError) return error;
  const { statusCode, code } = error as Partial<FastifyError>;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new HeedError("too-large", "the body is too large", "send smaller batches, or a stream of NDJSON");
  if (statusCode === 415)
    return new HeedError(
      "media-type",
      "this content type is not accepted here",
      "send content-type: application/json",
    );
  if (code === "FST_ERR_CTP_INVALID_CONTENT_LENGTH")
    return new HeedError(
      "invalid",
      "the body is not as long as its content-length",
      "send the length in bytes",
    );
  if (code === "FST_ERR_BAD_URL")
    return new HeedError("invalid", "the path is not valid", "percent-encode names as UTF-8");
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new HeedError("invalid", "the request could not be read", "send it as /reference shows it");
  return null;
}
