import type { UserChange } from "../../heed.js";
import { attributesOf } from "../attributes.js";
import type { Meaning } from "../deliver.js";
import { type Act, actsOf } from "../ecommerce.js";
import { eventsOf } from "../events.js";
import {
  isObject,
  type Json,
  nameOf,
  numberOf,
  objectOf,
  optionalName,
  requiredName,
  timeOf,
} from "../values.js";

/** Events that only tell of a person, and are no acts. */
const personEvents: ReadonlySet<string> = new Set([
  "$identify",
  "$create_alias",
  "$merge_dangerously",
  "$set",
  "$unset",
]);

/** What an event of PostHog's capture API means, received at `now`. Throws an InvalidInput that names the field. */
export function readEvent(message: Json, now: number): Meaning {
  const name = requiredName(message.event, "event");
  const properties = objectOf(message.properties);
  const user = requiredName(
    message.distinct_id ?? properties.distinct_id ?? message.$distinct_id,
    "distinct_id",
  );
  const merge = mergeOf(name, user, properties);
  const facts = factsOf(user, message, properties);
  const base = {
    id: optionalName(message.uuid ?? properties.$insert_id, "uuid"),
    time: happened(message, now),
    user,
    session: nameOf(message.session_id) ?? nameOf(properties.$session_id),
  };
  return {
    ...(!personEvents.has(name) && { events: eventsOf(base, acts(name, properties)) }),
    ...(merge && { merge }),
    ...(facts && { facts }),
  };
}

function acts(name: string, properties: Json): Act[] {
  // The project's key, which the browser library repeats in every event, is nobody's property.
  const { token: _, api_key: __, $set: ___, $set_once: ____, ...context } = properties;
  switch (name) {
    case "$pageview":
      return [{ action: "view", context }];
    case "$screen":
      return [{ action: "view", surface: nameOf(properties.$screen_name), context }];
    case "$autocapture":
      return [{ action: "ui", context }];
    default:
      return actsOf(name, context);
  }
}

function mergeOf(name: string, user: string, properties: Json): Meaning["merge"] {
  if (name === "$identify") {
    const anonymous = optionalName(properties.$anon_distinct_id, "properties.$anon_distinct_id");
    return anonymous === undefined ? undefined : { anonymous, user };
  }
  if (name !== "$create_alias" && name !== "$merge_dangerously") return undefined;
  return { anonymous: requiredName(properties.alias, "properties.alias"), user };
}

function factsOf(user: string, message: Json, properties: Json): UserChange | undefined {
  if (properties.$process_person_profile === false) return undefined;
  const set = properties.$set ?? message.$set;
  const setOnce = properties.$set_once ?? message.$set_once;
  const unset = properties.$unset ?? message.$unset;
  if (!isObject(set) && !isObject(setOnce) && !Array.isArray(unset)) return undefined;
  return {
    user,
    set: attributesOf(objectOf(set)),
    setOnce: attributesOf(objectOf(setOnce)),
    unset: Array.isArray(unset) ? unset.filter((one) => typeof one === "string") : [],
  };
}

/** `timestamp`, or where the sender has no clock worth the name, how many milliseconds before it sent the event. */
function happened({ timestamp, offset }: Json, now: number): string | undefined {
  const before = numberOf(offset);
  return timeOf(timestamp) ?? (before === undefined ? undefined : timeOf(now - before));
}
