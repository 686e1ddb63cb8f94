import { backoff } from "./backoff.js";
import { type Buffer, parsed, type Waiting } from "./buffer.js";
import { uniform } from "./random.js";
import { createTokenBucket } from "./token-bucket.js";
import { type Answer, eventsPath, isTransient, type Transport } from "./transport.js";
import type { Options, Problem } from "./types.js";

/** The most bytes of events in one body: browsers let at most 64 KiB outlive a page, the envelope included. */
export const mostBytes = 60_000;
// What outlives a page goes in small pieces, so that a browser that takes no more has taken most.
const pieceBytes = 15_000;

/** What an answer says about events that were not kept. */
interface Refusal {
  message?: string;
  rejected?: { index: number; path: string; reason: string }[];
}

export interface Sender {
  /** Something was captured. */
  wake(): void;
  /** The network or the page came back: waits no longer for it. */
  resume(): void;
  /** Sends until nothing is left of what waits now, or the server, the rate or the network says stop. */
  flush(): Promise<void>;
  /** The page may be going: hands everything to the browser. */
  leave(): void;
  stop(): void;
}

export function createSender(
  buffer: Buffer,
  transport: Transport,
  options: Required<Pick<Options, "batchSize" | "flushInterval" | "rate">>,
  report: (problem: Problem) => void,
): Sender {
  const { batchSize, flushInterval, rate } = options;
  const now = () => performance.now();
  const bucket = createTokenBucket(rate, now);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Number.POSITIVE_INFINITY;
  let underway: Promise<boolean> | undefined;
  /** Events in a request that outlives the page. */
  let safe: readonly Waiting[] = [];
  let failures = 0;
  let notBefore = 0;
  /** Until when the server asked to be left alone. */
  let heldUntil = 0;
  let stopped = false;

  function wake(): void {
    const waiting = buffer.events().length;
    if (stopped || waiting === 0 || !navigator.onLine) return;
    const company = waiting < batchSize ? flushInterval : 0;
    const at = Math.max(now() + company, notBefore, heldUntil);
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(send, at - now());
  }

  /** Sends one batch; whether it was answered for good. */
  function send(): Promise<boolean> {
    clearTimeout(timer);
    due = Number.POSITIVE_INFINITY;
    underway ??= attempt()
      .catch((error) => {
        report({ code: "internal", message: String(error) });
        return false;
      })
      .finally(() => {
        underway = undefined;
        safe = [];
        wake();
      });
    return underway;
  }

  async function attempt(): Promise<boolean> {
    const batch = take(buffer.events(), batchSize, mostBytes);
    if (stopped || batch.length === 0 || !navigator.onLine || Math.max(notBefore, heldUntil) > now())
      return false;
    const pause = bucket(batch.length);
    if (pause > 0) {
      notBefore = now() + pause;
      return false;
    }
    // The browser may refuse to keep a request alive when the page has others; a retry does not ask for it.
    const keepalive = failures === 0;
    if (keepalive) safe = batch;
    const answer = await transport.post(eventsPath, envelope(batch), { keepalive });
    if (stopped) return false;
    if (isTransient(answer)) {
      const wait = backoff(failures++, uniform);
      if (answer.retryAfter === undefined) notBefore = now() + wait;
      else heldUntil = now() + answer.retryAfter + uniform() * 1000;
      return false;
    }
    failures = 0;
    buffer.remove(batch);
    reportLost(batch, answer);
    return true;
  }

  function reportLost(batch: readonly Waiting[], { status, body }: Answer): void {
    const { message = "", rejected = [] } = (body ?? {}) as Refusal;
    if (status >= 300) report({ code: "refused", message, status, events: parsed(batch) });
    for (const { index, path, reason } of rejected)
      report({
        code: "rejected",
        message: `${path}: ${reason}`,
        events: parsed(batch.slice(index, index + 1)),
      });
  }

  return {
    wake,
    resume() {
      notBefore = 0;
      void send();
    },
    async flush() {
      const last = buffer.events().slice(-1)[0];
      while (last && buffer.events().includes(last) && (await send()));
    },
    leave() {
      // Until the page comes back, if it does.
      notBefore = Number.POSITIVE_INFINITY;
      let rest = buffer.events().filter((event) => !safe.includes(event));
      const kept = buffer.save();
      if (stopped || !navigator.onLine || (kept && heldUntil > now())) return;
      let room = mostBytes - sizeOf(safe);
      while (rest.length > 0) {
        const piece = take(rest, rest.length, pieceBytes);
        room -= sizeOf(piece);
        if (room < 0 || !transport.beacon(envelope(piece))) break;
        for (const event of piece) event.left = Date.now();
        rest = rest.slice(piece.length);
      }
      for (const event of safe) event.left = Date.now();
      buffer.save();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** The first events, at most `count` and at most `bytes`; one at least, if there is one. */
function take(events: readonly Waiting[], count: number, bytes: number): Waiting[] {
  const taken: Waiting[] = [];
  let sum = 0;
  for (const event of events) {
    sum += event.bytes + 1;
    if (taken.length > 0 && (taken.length >= count || sum > bytes)) break;
    taken.push(event);
  }
  return taken;
}

function sizeOf(events: readonly Waiting[]): number {
  return events.reduce((sum, { bytes }) => sum + bytes + 1, 0);
}

function envelope(events: readonly Waiting[]): string {
  return `{"events":[${events.map(({ json }) => json).join()}]}`;
}
