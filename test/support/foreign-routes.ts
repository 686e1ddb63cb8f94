import type { Scope } from "../../src/serve/http/index.js";
import type { Route } from "../../src/serve/http/route.js";

/** A route of another product's interface, told once more and independently of the server. */
export interface ForeignRoute {
  product: "segment" | "posthog" | "gorse";
  method: string;
  path: string;
  scope: Scope;
  body?: unknown;
  /** Names in the path. */
  params?: Record<string, string>;
}

const trait = { deep: { list: [1, "two"] }, plan: "pro" };
const product = { product_id: "heat", price: 3, quantity: 2, position: 1 };
const message = {
  type: "track",
  userId: "eve",
  anonymousId: "anon",
  previousId: "before",
  groupId: "acme",
  messageId: "m1",
  event: "Order Completed",
  name: "Home",
  traits: trait,
  properties: { order_id: "o1", products: [product], query: "blue" },
  context: { page: { url: "/" } },
  timestamp: "2026-01-05T10:00:00Z",
  originalTimestamp: "2026-01-05T10:00:00Z",
  sentAt: "2026-01-05T10:00:01Z",
};
const event = {
  api_key: "any",
  uuid: "u1",
  event: "Product List Viewed",
  distinct_id: "eve",
  timestamp: "2026-01-05T10:00:00Z",
  offset: 10,
  properties: {
    $session_id: "s1",
    $set: trait,
    $set_once: trait,
    $unset: ["old"],
    $anon_distinct_id: "anon",
    alias: "before",
    products: [product],
  },
};
const user = { UserId: "eve", Labels: ["a"], Comment: "c" };
const item = {
  ItemId: "heat",
  IsHidden: false,
  Categories: ["Crime"],
  Timestamp: "2022-08-07T00:26:46Z",
  Labels: trait,
  Comment: "c",
};
const feedback = {
  FeedbackType: "read",
  UserId: "eve",
  ItemId: "heat",
  Value: 1,
  Timestamp: "2022-08-07T00:26:46Z",
  Labels: trait,
  Comment: "c",
};

function posts(product: ForeignRoute["product"], body: unknown, paths: readonly string[]): ForeignRoute[] {
  return paths.map((path) => ({ product, method: "POST", path, scope: "events:write", body }));
}

function gorse(method: string, path: string, scope: Scope, body?: unknown): ForeignRoute {
  const params = { user: "eve", item: "heat", type: "read", category: "Crime", name: "popular" };
  return {
    product: "gorse",
    method,
    path: `/api${path}`,
    scope,
    params,
    ...(body !== undefined && { body }),
  };
}

export const foreignRoutes: readonly ForeignRoute[] = [
  ...posts("segment", message, [
    ...["/v1/identify", "/v1/track", "/v1/page", "/v1/screen", "/v1/group", "/v1/alias"],
    ...["/v1/i", "/v1/t", "/v1/p", "/v1/s", "/v1/g", "/v1/a"],
  ]),
  ...posts("segment", { batch: [message, { ...message, type: "identify" }], sentAt: message.sentAt }, [
    "/v1/batch",
    "/v1/b",
    "/v1/import",
  ]),
  ...posts("posthog", event, ["/capture/", "/e/", "/i/v0/e/", "/track/"]),
  ...posts(
    "posthog",
    { api_key: "any", batch: [event, { ...event, event: "$identify" }], sent_at: message.sentAt },
    ["/batch/", "/i/v0/ai/batch/", "/i/v1/analytics/events"],
  ),
  ...posts("posthog", { token: "any", distinct_id: "eve" }, ["/flags/", "/decide/"]),
  { product: "posthog", method: "GET", path: "/flags/definitions", scope: "events:write" },
  { product: "posthog", method: "GET", path: "/api/feature_flag/local_evaluation", scope: "events:write" },
  gorse("POST", "/user", "users:write", user),
  gorse("POST", "/users", "users:write", [user]),
  gorse("PATCH", "/user/{user}", "users:write", { Labels: ["b"], Comment: "d" }),
  gorse("GET", "/user/{user}", "users:read"),
  gorse("GET", "/users", "users:read"),
  gorse("POST", "/item", "items:write", item),
  gorse("POST", "/items", "items:write", [item]),
  gorse("PATCH", "/item/{item}", "items:write", { ...item, ItemId: undefined }),
  gorse("PUT", "/item/{item}/category/{category}", "items:write"),
  gorse("DELETE", "/item/{item}/category/{category}", "items:write"),
  gorse("GET", "/item/{item}", "items:read"),
  gorse("GET", "/items", "items:read"),
  gorse("GET", "/items?q=heat", "items:read"),
  gorse("POST", "/feedback", "events:write", [feedback]),
  gorse("PUT", "/feedback", "events:write", [feedback]),
  gorse("GET", "/feedback", "events:read"),
  gorse("GET", "/feedback/{type}", "events:read"),
  gorse("GET", "/feedback/{user}/{item}", "users:read"),
  gorse("GET", "/feedback/{type}/{user}/{item}", "users:read"),
  gorse("DELETE", "/feedback/{user}/{item}", "users:write"),
  gorse("DELETE", "/feedback/{type}/{user}/{item}", "users:write"),
  gorse("GET", "/user/{user}/feedback", "users:read"),
  gorse("GET", "/user/{user}/feedback/{type}", "users:read"),
  gorse("GET", "/item/{item}/feedback", "events:read"),
  gorse("GET", "/item/{item}/feedback/{type}", "events:read"),
  ...["", "/{category}"].flatMap((end) => [
    gorse("GET", `/recommend/{user}${end}`, "decide"),
    gorse("GET", `/popular${end}`, "decide"),
    gorse("GET", `/latest${end}`, "decide"),
    gorse("GET", `/item/{item}/neighbors${end}`, "decide"),
    gorse("POST", `/session/recommend${end}`, "decide", [feedback]),
    gorse("GET", `/collaborative-filtering/{user}${end}`, "decide"),
  ]),
  gorse("GET", "/non-personalized/{name}", "decide"),
  gorse("GET", "/item-to-item/{name}/{item}", "decide"),
  gorse("GET", "/user/{user}/neighbors", "decide"),
  gorse("GET", "/user-to-user/{name}/{user}", "decide"),
  gorse("DELETE", "/item/{item}", "items:write"),
  gorse("DELETE", "/user/{user}", "users:write"),
];

/** The routes as the makers of malformed requests read them. */
export function asRoutes(some: readonly ForeignRoute[]): Route[] {
  return some.map(({ method, path, body, params = {} }) => ({
    method,
    path,
    body: body === undefined ? undefined : {},
    accepts: ["application/json", "text/plain", "application/x-www-form-urlencoded"],
    example: { params, query: {}, ...(body !== undefined && { body }) },
  })) as unknown as Route[];
}

/** A route's path with its names filled in. */
export function filled({ path, params = {} }: ForeignRoute): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name]!));
}
