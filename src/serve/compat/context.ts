import { contextBytes, contextProblem } from "../../events/context.js";

/** Where the names of fields that did not fit are listed. */
const leftOut = "heed_left_out";

/**
 * The fields of a foreign message that fit into an event's context, in their order. Those products take larger and deeper
 * messages than Heed keeps: what does not fit is left out by name, and the event lives.
 */
export function fitContext(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const context: Record<string, unknown> = {};
  const missing: string[] = [];
  let room = contextBytes - 1_000; // for the list of names
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const bytes = contextProblem({ [name]: value })
      ? Infinity
      : Buffer.byteLength(JSON.stringify([name, value]));
    if (bytes <= room) {
      context[name] = value;
      room -= bytes;
    } else missing.push(name.slice(0, 64));
  }
  if (missing.length > 0) context[leftOut] = missing.slice(0, 10);
  return Object.keys(context).length > 0 ? context : undefined;
}
