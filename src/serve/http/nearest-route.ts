import { HeedError, nearest } from "../../core/errors.js";
import type { Route } from "./route.js";

/** Longer paths get no suggestion: comparing takes time by the square of the length. */
const longest = 120;

/** What is wrong with a request that no route takes: its method, or its path. */
export function noRoute(
  routes: readonly Pick<Route, "method" | "path">[],
  method: string,
  url: string,
): { error: HeedError; allow: string | null } {
  const path = url.split("?")[0]!;
  const filled =
    path.length > longest ? [] : routes.map((route) => ({ route, path: fill(route.path, path) }));
  const here = filled.filter((entry) => entry.path === path);
  if (here.length > 0) {
    const allow = here.map(({ route }) => route.method).join(", ");
    return {
      error: new HeedError("method", `${here[0]!.route.path} does not take ${method}`, `it takes ${allow}`),
      allow,
    };
  }
  const near = nearest(
    path,
    filled.map((entry) => entry.path),
  );
  const route = filled.find((entry) => entry.path === near)?.route;
  return {
    error: new HeedError(
      "unknown-route",
      "there is no such route",
      route ? `did you mean ${route.method} ${route.path}?` : "GET /reference lists every route",
    ),
    allow: null,
  };
}

/** The pattern with its parameters taken from a path of the same length. */
function fill(pattern: string, path: string): string {
  const given = path.split("/");
  const parts = pattern.split("/");
  if (parts.length !== given.length) return pattern;
  return parts.map((part, i) => (part.startsWith("{") && given[i] !== "" ? given[i]! : part)).join("/");
}
