import type { FastifyRequest } from "fastify";
import { HeedError } from "../../core/errors.js";
import type { Rejection } from "../../events/index.js";
import type { Heed, RecordResult, UserChange } from "../heed.js";
import { InvalidInput } from "../http/errors.js";
import type { ExtensionContext } from "../http/index.js";
import { findFlaw } from "../http/json.js";
import { recordBatch } from "../http/record.js";
import { isObject, type Json } from "./values.js";

/** What one message of another product means to Heed. */
export interface Meaning {
  /** Events as `POST /v1/events` takes them. */
  events?: readonly object[];
  /** Two ids of one person. */
  merge?: { anonymous: string; user: string };
  /** What becomes known of a person. */
  facts?: UserChange;
}

export interface Delivery {
  messages: readonly unknown[];
  /** Throws an InvalidInput for a message that means nothing. */
  read(message: Json): Meaning;
  /** When the sender sent all of it, by its own clock, in milliseconds. */
  sent?: number | undefined;
}

export interface Delivered extends RecordResult {
  /** Whether every message was rejected, and there were some. */
  isRefused: boolean;
}

export type Deliver = (request: FastifyRequest, delivery: Delivery) => Promise<Delivered>;

/**
 * Takes messages in: each is judged alone, and everything that was said is durable when the answer is given. A key that may
 * only write events (a publishable key is in every visitor's browser) merges nobody and changes nobody's attributes: that
 * part of its messages is passed over, and the log says so.
 */
export function deliverer(heed: Heed, { metrics, rejections }: ExtensionContext): Deliver {
  return async (request, { messages, read, sent }) => {
    const caller = request.caller!;
    const { project } = caller;
    const mayChange = caller.scopes.includes("users:write");
    const rejected: Rejection[] = [];
    const events: object[] = [];
    const owners: number[] = [];
    const changes: Meaning[] = [];
    for (const [index, message] of messages.entries()) {
      const meaning = understand(message, read);
      if ("reason" in meaning) {
        rejected.push({ index, ...meaning });
        continue;
      }
      for (const event of meaning.events ?? []) {
        events.push(event);
        owners.push(index);
      }
      if (meaning.merge || meaning.facts) changes.push(meaning);
    }
    metrics.recorded({ accepted: 0, duplicates: 0, rejected: rejected.length });
    rejections.add(project, rejected, messages);
    const result = await recordBatch(events, { heed, caller, metrics, rejections }, sent);
    if (mayChange) {
      for (const { merge } of changes) if (merge) await join(heed, project, merge, request);
      const facts = changes.flatMap((change) => change.facts ?? []);
      if (facts.length > 0) await heed.changeUsers(facts, { project });
    } else if (changes.length > 0)
      request.log.info({ passedOver: changes.length }, "merges and attributes need the scope users:write");
    const all = [...rejected, ...result.rejected.map((one) => ({ ...one, index: owners[one.index]! }))];
    if (all.length > 0)
      request.log.warn({ rejected: all.slice(0, 10), count: all.length }, "messages rejected");
    const kept = result.accepted + result.duplicates;
    const isRefused =
      kept === 0 && all.length > 0 && new Set(all.map(({ index }) => index)).size === messages.length;
    return { ...result, rejected: all.sort((a, b) => a.index - b.index), isRefused };
  };
}

function understand(message: unknown, read: Delivery["read"]): Meaning | { path: string; reason: string } {
  if (!isObject(message)) return { path: "", reason: "must be an object" };
  const flaw = findFlaw(message);
  if (flaw) return flaw;
  try {
    return read(message);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { path: error.path, reason: error.message.split("\n", 1)[0]! };
  }
}

/** Merges; what contradicts an earlier merge changes nothing, as in the other products, and the log says so. */
async function join(
  heed: Heed,
  project: string,
  { anonymous, user }: NonNullable<Meaning["merge"]>,
  request: FastifyRequest,
): Promise<void> {
  if (anonymous === user) return;
  try {
    await heed.merge(anonymous, user, { project });
  } catch (error) {
    if (!(error instanceof HeedError && error.code === "conflict")) throw error;
    request.log.warn({ reason: error.message.split("\n", 1)[0] }, "not merged");
  }
}
