import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import type { Heed, ScoredItem } from "../../heed.js";
import { InvalidInput } from "../../http/errors.js";
import type { ExtensionContext } from "../../http/index.js";
import { recordBatch } from "../../http/record.js";
import { gorseFeedback } from "./feedback.js";
import { bodyAs, categoriesOf, most, pageOf, pathName, queryText } from "./read.js";
import type { AddRoute } from "./route.js";

/** A person's newest so many events tell what they have read. */
const eventsRead = 10_000;

/** Recommendations, and lists for everybody. */
export function recommendRoutes(add: AddRoute, heed: Heed, { metrics, rejections }: ExtensionContext): void {
  async function recommend(request: FastifyRequest) {
    const caller = request.caller!;
    const { project } = caller;
    const user = pathName(request, "user");
    const { n, offset } = pageOf(request);
    const action = queryText(request, "write-back-type");
    if (action !== "" && !caller.scopes.includes("events:write"))
      throw new HeedError(
        "forbidden",
        "write-back-type needs the scope events:write",
        "use a key that has it",
      );
    const [category, another] = categoriesOf(request);
    if (another !== undefined)
      throw new InvalidInput("category", "only one category is taken here", "ask for one category at a time");
    if (n === 0) return [];
    // Gorse shows nobody again what they gave feedback on, of whatever type.
    const read = await readBy(project, user);
    const { request: slate, items } = await heed.recommend(user, {
      project,
      exclude: [...read],
      limit: n,
      offset,
      ...(category !== undefined && { filter: { categories: [category] } }),
    });
    if (action !== "") {
      const acts = items.map(({ item }) => ({ user, action, item, slate }));
      const { rejected } = await recordBatch(acts, { heed, caller, metrics, rejections });
      if (rejected[0])
        throw new InvalidInput("write-back-type", rejected[0].reason, "send a shorter write-back-type");
    }
    return request.headers["x-api-version"] === "2" ? items.map(written) : items.map(({ item }) => item);
  }

  /** A list for everybody: `fetch` gives the best ones, and what the request leaves out is left out. */
  async function answer(
    request: FastifyRequest,
    fetch: (options: { project: string; limit: number; category?: string }) => Promise<ScoredItem[]>,
  ): Promise<ScoredItem[]> {
    const { project } = request.caller!;
    const { n, offset } = pageOf(request);
    const categories = categoriesOf(request);
    const reader = queryText(request, "user-id");
    const read = reader === "" ? new Set<string>() : await readBy(project, reader);
    const [category] = categories;
    const found = await fetch({ project, limit: most, ...(category !== undefined && { category }) });
    const chosen: ScoredItem[] = [];
    for (const scored of found) {
      if (chosen.length === offset + n) break;
      if (!read.has(scored.item) && (await isIn(project, scored.item, categories))) chosen.push(scored);
    }
    return chosen.slice(offset);
  }

  async function readBy(project: string, user: string): Promise<Set<string>> {
    const events = (await heed.userEvents(user, { project, limit: eventsRead })) as { item?: string }[];
    return new Set(events.flatMap(({ item }) => item ?? []));
  }

  async function isIn(project: string, item: string, categories: readonly string[]): Promise<boolean> {
    if (categories.length === 0) return true;
    const own = (await heed.getItem(item, { project }))?.categories ?? [];
    return categories.every((category) => own.includes(category));
  }

  const popular = async (request: FastifyRequest) =>
    (await answer(request, (options) => heed.popular(options))).map(written);

  async function latest(request: FastifyRequest) {
    const { project } = request.caller!;
    const items = await answer(request, (options) => heed.latest(options));
    return Promise.all(
      items.map(async ({ item }) => {
        const { time } = (await heed.getItem(item, { project })) ?? {};
        return { Id: item, Score: time === undefined ? 0 : Math.floor(Date.parse(time) / 1_000) };
      }),
    );
  }

  async function neighbours(request: FastifyRequest) {
    const id = pathName(request, "item");
    const items = await answer(request, ({ project, limit }) =>
      heed.similar(id, { project, limit }).catch(ifUnknown(() => [])),
    );
    return items.map(written);
  }

  async function session(request: FastifyRequest) {
    const seen = bodyAs(z.array(sessionFeedback).max(most), request.body).map(({ ItemId }) => ItemId);
    const items = await answer(request, ({ project, limit }) =>
      heed.recommendSession(seen, { project, limit }).catch(
        ifUnknown(async () => {
          // An item that nobody knows says nothing, and must not silence the others.
          const known = await Promise.all(seen.map((item) => heed.getItem(item, { project })));
          const rest = seen.filter((_, i) => known[i] !== null);
          return rest.length > 0 ? heed.recommendSession(rest, { project, limit }) : [];
        }),
      ),
    );
    return items.map(written);
  }

  for (const end of ["", "/:category"]) {
    add("GET", `/recommend/:user${end}`, "decide", recommend);
    add("GET", `/popular${end}`, "decide", popular);
    add("GET", `/latest${end}`, "decide", latest);
    add("GET", `/item/:item/neighbors${end}`, "decide", neighbours);
    add("POST", `/session/recommend${end}`, "decide", session);
    add("GET", `/collaborative-filtering/:user${end}`, "decide", () => {
      throw absent("collaborative filtering recommendation is disabled");
    });
  }
  add("GET", "/item-to-item/:name/:item", "decide", neighbours);
  add("GET", "/non-personalized/:name", "decide", (request) => {
    const name = pathName(request, "name");
    if (name === "popular") return popular(request);
    if (name === "latest") return latest(request);
    throw absent(`non-personalized recommender ${name} not found`);
  });
  for (const path of ["/user/:user/neighbors", "/user-to-user/:name/:user"])
    add("GET", path, "decide", () => {
      throw absent("user-to-user recommendation is not enabled");
    });
}

/** Of a session only the items matter, so a client may leave the rest out. */
const sessionFeedback = gorseFeedback.pick({ ItemId: true });

function written({ item, score }: ScoredItem): object {
  return { Id: item, Score: score };
}

/** Answers an error about an unknown item otherwise: Gorse has nothing to say of it, and no complaint. */
function ifUnknown<T>(otherwise: () => T): (error: unknown) => T {
  return (error) => {
    if (error instanceof HeedError && error.code === "unknown-item") return otherwise();
    throw error;
  };
}

function absent(what: string): HeedError {
  return new HeedError(
    "unknown-recommender",
    what,
    "Heed has popular, latest, item-to-item, session and recommend",
  );
}
