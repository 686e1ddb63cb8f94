import { readKey } from "./key";
import { asProblem, disconnected, type Problem, problemOf } from "./problem";
import { readMessages } from "./server-sent";

export interface LiveListener {
  message(event: string, data: unknown): void;
  /** "open" once the server answers; a problem whenever it does not, and then it is tried again. */
  state(state: "open" | Problem): void;
}

const longestWait = 10_000;

/**
 * Listens to a stream of server-sent events until the returned function is called. The browser's own EventSource cannot send a
 * key in a header; `fetch` can. A hidden tab lets its stream go, because a browser allows a server only six connections.
 */
export function listen(path: string, listener: LiveListener): () => void {
  const ended = new AbortController();
  let connection = new AbortController();
  let wait = 500;

  async function connect(): Promise<void> {
    connection = new AbortController();
    try {
      const body = await open(path, AbortSignal.any([ended.signal, connection.signal]));
      wait = 500;
      listener.state("open");
      for await (const { event, data } of readMessages(body)) listener.message(event, JSON.parse(data));
      listener.state(disconnected());
    } catch (error) {
      if (ended.signal.aborted || connection.signal.aborted) return;
      listener.state(asProblem(error));
    }
  }

  async function keepOn(): Promise<void> {
    while (!ended.signal.aborted) {
      await visible(ended.signal);
      if (ended.signal.aborted) return;
      await connect();
      await pause(wait, ended.signal);
      wait = Math.min(longestWait, wait * 2);
    }
  }

  document.addEventListener(
    "visibilitychange",
    () => document.visibilityState === "hidden" && connection.abort(),
    { signal: ended.signal },
  );
  void keepOn();
  return () => ended.abort();
}

async function open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const key = readKey();
  const response = await fetch(path, {
    signal,
    headers: { accept: "text/event-stream", ...(key !== null && { authorization: `Bearer ${key}` }) },
  });
  if (response.ok && response.body) return response.body;
  throw problemOf(response.status, await response.json().catch(() => null));
}

function visible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === "visible") return Promise.resolve();
  return new Promise((done) => {
    document.addEventListener("visibilitychange", () => done(), { once: true, signal });
    signal.addEventListener("abort", () => done(), { once: true });
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => done(clearTimeout(timer)), { once: true });
  });
}
