/** Bounds of an event's context: it is kept whole and searched by no index, so it stays small. */
export const contextBytes = 16_384;
export const contextDepth = 8;
const keyLength = 256;

/** Names that would reach an object's prototype when a program copies the context key by key. */
const prototypeKeys = new Set(["__proto__", "constructor", "prototype"]);

/** What is wrong with a context and where; null when it is plain JSON within the bounds. The context is level 1. */
export function contextProblem(context: unknown): { path: string; reason: string } | null {
  if (!isObject(context) || Array.isArray(context))
    return { path: "context", reason: "must be an object of JSON values" };
  const problem = walk(context, "context", 1);
  if (problem) return problem;
  const bytes = Buffer.byteLength(JSON.stringify(context));
  return bytes <= contextBytes
    ? null
    : {
        path: "context",
        reason: `is ${bytes} bytes of JSON; the limit is ${contextBytes}: send what is needed`,
      };
}

function walk(value: object, path: string, depth: number): { path: string; reason: string } | null {
  if (depth > contextDepth)
    return { path, reason: `is nested deeper than ${contextDepth} levels: flatten it` };
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
    return { path, reason: "must be plain JSON, not an instance of a class: send its fields" };
  for (const [key, entry] of Object.entries(value)) {
    const place = `${path}.${key.slice(0, 64)}`;
    if (key.length > keyLength)
      return { path: place, reason: `has a key longer than ${keyLength} characters` };
    if (prototypeKeys.has(key)) return { path: place, reason: "is a reserved name: choose another key" };
    switch (typeof entry) {
      case "string":
      case "boolean":
        continue;
      case "number":
        if (Number.isFinite(entry)) continue;
        return { path: place, reason: `is ${entry}, which JSON cannot hold: leave it out or send null` };
      case "object": {
        if (entry === null) continue;
        const problem = walk(entry, place, depth + 1);
        if (problem) return problem;
        continue;
      }
      default:
        return { path: place, reason: `must be JSON, got ${typeof entry}` };
    }
  }
  return null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
