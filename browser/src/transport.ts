import { retryAfter } from "./backoff.js";

const patience = 30_000;

/** What a server said; status 0 when it said nothing. */
export interface Answer {
  status: number;
  retryAfter?: number | undefined;
  body?: unknown;
}

export interface Transport {
  post(path: string, body: string, options?: { bearer?: string; keepalive?: boolean }): Promise<Answer>;
  /** Hands a body of events to the browser, to be delivered after the page is gone; false when it does not take it. */
  beacon(body: string): boolean;
}

/** Whether it is worth asking again later. */
export function isTransient({ status }: Answer): boolean {
  return status === 0 || status === 429 || status >= 500;
}

export function openTransport(url: string, key: string | undefined): Transport {
  const base = url.replace(/\/+$/, "");

  const post: Transport["post"] = async (path, body, { bearer = key, keepalive = false } = {}) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), patience);
    try {
      const response = await fetch(base + path, {
        method: "POST",
        body,
        keepalive,
        signal: controller.signal,
        headers: {
          "content-type": "application/json",
          ...(bearer && { authorization: `Bearer ${bearer}` }),
        },
      });
      return {
        status: response.status,
        retryAfter: retryAfter(response.headers.get("retry-after"), Date.now()),
        body: await response.json().catch(() => undefined),
      };
    } catch {
      return { status: 0 };
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    post,
    beacon(body) {
      const target = base + eventsPath;
      // A beacon can carry no key, and to another origin it would carry cookies; fetch does better there.
      const plain = !key && new URL(target, location.href).origin === location.origin;
      if (plain && navigator.sendBeacon)
        return navigator.sendBeacon(target, new Blob([body], { type: "application/json" }));
      void post(eventsPath, body, { keepalive: true });
      return true;
    },
  };
}

export const eventsPath = "/v1/events";
