import { InvalidInput } from "../../http/errors.js";
import { attributesOf } from "../attributes.js";
import type { Meaning } from "../deliver.js";
import { type Act, actsOf } from "../ecommerce.js";
import { eventsOf } from "../events.js";
import { type Json, nameOf, objectOf, optionalName, requiredName, timeOf } from "../values.js";

/** Kinds of messages; the short ones are those of Segment's browser library. */
export const messageTypes = ["identify", "track", "page", "screen", "group", "alias"] as const;
export type MessageType = (typeof messageTypes)[number];

/** What a message of Segment's tracking API means. Throws an InvalidInput that names the field. */
export function readMessage(type: MessageType, message: Json): Meaning {
  const known = optionalName(message.userId, "userId");
  const anonymous = optionalName(message.anonymousId, "anonymousId");
  if (type === "alias") {
    const previous = requiredName(message.previousId, "previousId");
    return { merge: { anonymous: previous, user: requiredName(known ?? anonymous, "userId") } };
  }
  const user = known ?? anonymous;
  if (user === undefined)
    throw new InvalidInput("userId", "userId and anonymousId are both missing", "send one of them");
  if (type === "identify")
    return {
      ...(known !== undefined && anonymous !== undefined && { merge: { anonymous, user: known } }),
      facts: { user, set: attributesOf(objectOf(message.traits)) },
    };
  const base = {
    id: optionalName(message.messageId, "messageId"),
    // `originalTimestamp` is the sender's clock, which `sentAt` corrects; `timestamp` beside it was corrected already.
    time: timeOf(message.originalTimestamp) ?? timeOf(message.timestamp),
    user,
  };
  const acts = actsOfType(type, message).map((act) => withSender(act, message));
  const events = eventsOf(base, acts);
  if (type !== "group") return { events };
  return { events, facts: { user, set: { group: requiredName(message.groupId, "groupId") } } };
}

function actsOfType(type: Exclude<MessageType, "alias" | "identify">, message: Json): Act[] {
  const { name, category } = message;
  const properties = objectOf(message.properties);
  switch (type) {
    case "track":
      return actsOf(requiredName(message.event, "event"), properties);
    case "group": {
      const groupId = requiredName(message.groupId, "groupId");
      return [{ action: "group", context: { groupId, traits: message.traits } }];
    }
    default:
      return [{ action: "view", surface: nameOf(name), context: { ...properties, name, category } }];
  }
}

/** The first act keeps what the message says of its sender: page, device, campaign. */
function withSender(act: Act, { context }: Json): Act {
  return { ...act, context: { ...act.context, sender: context } };
}
