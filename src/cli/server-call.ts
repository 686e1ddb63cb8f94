import { setTimeout as sleep } from "node:timers/promises";
import { HeedError } from "../core/errors.js";

export interface Asked {
  /** GET, or POST when there is a body. */
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as they are, as NDJSON. */
  lines?: string;
  signal?: AbortSignal;
}

/** A running Heed server and the key to it: HEED_KEY, where that is set. */
export interface ServerCall {
  /** Such as "http://127.0.0.1:4141". */
  readonly address: string;
  /**
   * Asks and answers the JSON. While the server is busy it is asked again for half a minute. A refusal becomes a
   * HeedError with the server's own code and remedy; "server" when nobody answers.
   */
  ask<T = unknown>(path: string, asked?: Asked): Promise<T>;
  /** The same for an answer that is read as it comes. */
  open(path: string, asked?: Asked): Promise<Response>;
}

const patienceMilliseconds = 30_000;
/** Refusals that waiting helps against. */
const passing = ["busy", "rate-limit", "unavailable"];

export function serverCall(announced: string): ServerCall {
  const address = announced.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
  const key = process.env.HEED_KEY || undefined;

  async function send(path: string, { method, body, lines, signal }: Asked): Promise<Response> {
    const content = lines ?? (body === undefined ? undefined : JSON.stringify(body));
    try {
      return await fetch(address + path, {
        method: method ?? (content === undefined ? "GET" : "POST"),
        headers: {
          ...(content !== undefined && {
            "content-type": lines === undefined ? "application/json" : "application/x-ndjson",
          }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        ...(content !== undefined && { body: content }),
        ...(signal && { signal }),
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new HeedError(
        "server",
        `the server at ${address} does not answer: ${reasonOf(cause)}`,
        "look at its terminal; if it is gone, run this again",
        { cause },
      );
    }
  }

  async function open(path: string, asked: Asked = {}): Promise<Response> {
    const end = Date.now() + patienceMilliseconds;
    for (;;) {
      const response = await send(path, asked);
      if (response.ok) return response;
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      const error = await refusal(response, key !== undefined);
      if (!passing.includes(error.code) || !(Date.now() + seconds * 1000 < end)) throw error;
      await sleep(seconds * 1000, undefined, asked.signal && { signal: asked.signal });
    }
  }

  return {
    address,
    open,
    ask: async <T>(path: string, asked?: Asked) => (await (await open(path, asked)).json()) as T,
  };
}

async function refusal(response: Response, hadKey: boolean): Promise<HeedError> {
  const answer = (await response.json().catch(() => ({}))) as Partial<
    Record<"code" | "message" | "remedy", string>
  >;
  const what = answer.message ?? `the server answered ${response.status}`;
  if (response.status === 401) {
    return new HeedError(
      "unauthorized",
      hadKey ? `HEED_KEY does not open the server: ${what}` : `the server asks for a key: ${what}`,
      "set HEED_KEY to a secret key: export HEED_KEY=$(heed keys create --label cli)",
    );
  }
  return new HeedError(answer.code ?? "server", what, answer.remedy ?? "look at the server's terminal");
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause as { code?: string; message?: string } | undefined;
  return inner?.code ?? inner?.message ?? cause.message;
}
