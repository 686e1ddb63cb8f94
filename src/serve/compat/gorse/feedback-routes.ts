import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import type { Heed } from "../../heed.js";
import { InvalidInput } from "../../http/errors.js";
import type { ExtensionContext } from "../../http/index.js";
import { recordBatch } from "../../http/record.js";
import { feedbackEvent, feedbackRows, gorseFeedback } from "./feedback.js";
import { bodyAs, cursorOf, pathName } from "./read.js";
import type { AddRoute } from "./route.js";

/** Of one user or item, the newest so many events are looked at. */
const eventsOfOne = 100_000;

/** Feedback: insert and read. It cannot be deleted one by one, because the log only grows. */
export function feedbackRoutes(
  add: AddRoute,
  heed: Heed,
  { metrics, rejections, limits }: ExtensionContext,
): void {
  async function insert(request: FastifyRequest, replaces: boolean) {
    const given = bodyAs(z.array(gorseFeedback).max(limits.batch), request.body);
    const events = given.map((one) => feedbackEvent(one, replaces));
    const { rejected } = await recordBatch(events, { heed, caller: request.caller!, metrics, rejections });
    const [first] = rejected;
    if (first)
      throw new InvalidInput(
        `${first.index}.${first.path}`,
        `${rejected.length} of ${given.length} were refused and the others kept; number ${first.index}: ${first.path} ${first.reason}`,
        "mend it and send all of it again",
      );
    return { RowAffected: given.length };
  }

  const list = async (request: FastifyRequest, actions?: readonly string[]) => {
    const { project } = request.caller!;
    const { limit, cursor = "0" } = cursorOf(request);
    const after = Number(cursor);
    if (!Number.isSafeInteger(after) || after < 0)
      throw new InvalidInput(
        "cursor",
        "the cursor is not one that a page gave",
        "give the Cursor of the page before",
      );
    const { events, next } = await heed.readEvents({ project, limit, after, ...(actions && { actions }) });
    return { Cursor: next === undefined ? "" : String(next), Feedback: feedbackRows(events) };
  };

  async function ofUser(request: FastifyRequest, actions?: readonly string[]): Promise<object[]> {
    const { project } = request.caller!;
    const user = pathName(request, "user");
    const events = await heed.userEvents(user, { project, limit: eventsOfOne, ...(actions && { actions }) });
    return events;
  }

  async function ofUserAndItem(request: FastifyRequest, actions?: readonly string[]): Promise<object[]> {
    const item = pathName(request, "item");
    const events = (await ofUser(request, actions)) as { item?: string }[];
    return feedbackRows(events.filter((event) => event.item === item));
  }

  async function ofItem(request: FastifyRequest, actions?: readonly string[]): Promise<object[]> {
    const { project } = request.caller!;
    const item = pathName(request, "item");
    return feedbackRows(
      await heed.itemEvents(item, { project, limit: eventsOfOne, ...(actions && { actions }) }),
    );
  }

  const typed = (request: FastifyRequest) => [pathName(request, "type")];

  add("POST", "/feedback", "events:write", (request) => insert(request, false));
  add("PUT", "/feedback", "events:write", (request) => insert(request, true));
  add("GET", "/feedback", "events:read", (request) => list(request));
  add("GET", "/feedback/:type", "events:read", (request) => list(request, typed(request)));
  add("GET", "/feedback/:user/:item", "users:read", (request) => ofUserAndItem(request));
  add("GET", "/feedback/:type/:user/:item", "users:read", async (request) => {
    const [row = {}] = await ofUserAndItem(request, typed(request));
    return row;
  });
  add("GET", "/user/:user/feedback", "users:read", async (request) => feedbackRows(await ofUser(request)));
  add("GET", "/user/:user/feedback/:type", "users:read", async (request) =>
    feedbackRows(await ofUser(request, typed(request))),
  );
  add("GET", "/item/:item/feedback", "events:read", (request) => ofItem(request));
  add("GET", "/item/:item/feedback/:type", "events:read", (request) => ofItem(request, typed(request)));
  add("DELETE", "/feedback/:user/:item", "users:write", refuseToDelete);
  add("DELETE", "/feedback/:type/:user/:item", "users:write", refuseToDelete);
}

function refuseToDelete(): never {
  throw new HeedError(
    "unsupported",
    "feedback cannot be deleted one by one: the log keeps what happened",
    "erase the whole user (DELETE /api/user/{user-id}), or send feedback of another type that takes it back",
  );
}
