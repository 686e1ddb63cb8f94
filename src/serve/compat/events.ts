import { fitContext } from "./context.js";
import type { Act } from "./ecommerce.js";

/** Who did it and when, and the message's id if it has one. */
export interface Base {
  id?: string | undefined;
  time?: string | undefined;
  user: string;
  session?: string | undefined;
}

/** The events of one message: their ids follow from the message's, so that a message sent again changes nothing. */
export function eventsOf({ id, ...base }: Base, acts: readonly Act[]): object[] {
  return acts.map(({ context, ...act }, i) => {
    const own = id === undefined ? undefined : i === 0 ? id : `${id}#${i + 1}`;
    return defined({ id: own, ...base, ...act, context: fitContext(context) });
  });
}

function defined(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
