import type { Route } from "../../src/serve/http/route.js";

/** The path and query of a route's documented example. */
export function pathOf({ path, example: { params = {}, query = {} } }: Route): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  return search.size > 0 ? `${filled}?${search}` : filled;
}
