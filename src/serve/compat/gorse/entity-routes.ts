import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import type { Heed, Item } from "../../heed.js";
import { oneAtATime } from "../../runtime/one-at-a-time.js";
import {
  changedItem,
  changedUser,
  gorseItem,
  gorseUser,
  insertedItem,
  insertedUser,
  itemPatch,
  userPatch,
  writeItem,
  writeUser,
} from "./entities.js";
import { bodyAs, cursorOf, gorseName, pathName, queryText } from "./read.js";
import type { AddRoute } from "./route.js";

const manyAtOnce = 10_000;

/** Users and items: insert, read, change, delete. */
export function entityRoutes(add: AddRoute, heed: Heed): void {
  const orderly = oneAtATime();

  async function insertUsers(request: FastifyRequest, given: z.output<typeof gorseUser>[]) {
    const { project } = request.caller!;
    await orderly(JSON.stringify([project, "user"]), async () => {
      const before = await Promise.all(given.map(({ UserId }) => heed.getUser(UserId, { project })));
      await heed.putUsers(
        given.map((one, i) => insertedUser(before[i] ?? null, one)),
        { project },
      );
    });
    return { RowAffected: given.length };
  }

  async function insertItems(request: FastifyRequest, given: z.output<typeof gorseItem>[]) {
    const { project } = request.caller!;
    await orderly(JSON.stringify([project, "item"]), async () => {
      const before = await Promise.all(given.map(({ ItemId }) => heed.getItem(ItemId, { project })));
      await heed.putItems(
        given.map((one, i) => insertedItem(before[i] ?? null, one)),
        { project },
      );
    });
    return { RowAffected: given.length };
  }

  async function changeItem(request: FastifyRequest, change: (item: Item) => Item) {
    const { project } = request.caller!;
    const id = pathName(request, "item");
    await orderly(JSON.stringify([project, "item"]), async () => {
      const found = await heed.getItem(id, { project });
      if (!found) throw unknown("item", id);
      await heed.putItems([change(found)], { project });
    });
    return { RowAffected: 1 };
  }

  add("POST", "/user", "users:write", (request) => insertUsers(request, [bodyAs(gorseUser, request.body)]));
  add("POST", "/users", "users:write", (request) =>
    insertUsers(request, bodyAs(z.array(gorseUser).max(manyAtOnce), request.body)),
  );
  add("PATCH", "/user/:user", "users:write", async (request) => {
    const { project } = request.caller!;
    const patch = bodyAs(userPatch, request.body);
    const id = pathName(request, "user");
    await orderly(JSON.stringify([project, "user"]), async () => {
      const found = await heed.getUser(id, { project });
      if (!found) throw unknown("user", id);
      await heed.putUsers([changedUser(found, patch)], { project });
    });
    return { RowAffected: 1 };
  });
  add("GET", "/user/:user", "users:read", async (request) => {
    const { project } = request.caller!;
    const id = pathName(request, "user");
    const found = await heed.getUser(id, { project });
    if (found) return writeUser({ ...found, user: id });
    // Gorse knows whoever gave feedback.
    if ((await heed.userEvents(id, { project, limit: 1 })).length > 0) return writeUser({ user: id });
    throw unknown("user", id);
  });
  add("GET", "/users", "users:read", async (request) => {
    const { users, cursor } = await heed.listUsers({
      project: request.caller!.project,
      ...cursorOf(request),
    });
    return { Cursor: cursor ?? "", Users: users.map(writeUser) };
  });
  add("DELETE", "/user/:user", "users:write", async (request) => {
    await heed.eraseUser(pathName(request, "user"), { project: request.caller!.project });
    return { RowAffected: 1 };
  });

  add("POST", "/item", "items:write", (request) => insertItems(request, [bodyAs(gorseItem, request.body)]));
  add("POST", "/items", "items:write", (request) =>
    insertItems(request, bodyAs(z.array(gorseItem).max(manyAtOnce), request.body)),
  );
  add("PATCH", "/item/:item", "items:write", (request) => {
    const patch = bodyAs(itemPatch, request.body);
    return changeItem(request, (item) => changedItem(item, patch));
  });
  add("PUT", "/item/:item/category/:category", "items:write", (request) => {
    const category = bodyAs(gorseName, pathName(request, "category"));
    return changeItem(request, ({ categories = [], ...item }) => ({
      ...item,
      categories: [...new Set([...categories, category])],
    }));
  });
  add("DELETE", "/item/:item/category/:category", "items:write", (request) => {
    const category = pathName(request, "category");
    return changeItem(request, ({ categories = [], ...item }) => ({
      ...item,
      categories: categories.filter((one) => one !== category),
    }));
  });
  add("GET", "/item/:item", "items:read", async (request) => {
    const id = pathName(request, "item");
    const found = await heed.getItem(id, { project: request.caller!.project });
    if (!found) throw unknown("item", id);
    return writeItem(found);
  });
  add("GET", "/items", "items:read", async (request) => {
    const { project } = request.caller!;
    const { limit, ...from } = cursorOf(request);
    const query = queryText(request, "q");
    if (query === "") {
      const { items, cursor } = await heed.listItems({ project, limit, ...from });
      return { Cursor: cursor ?? "", Items: items.map(writeItem) };
    }
    const matches = await heed.search(query.slice(0, 1_000), { project, limit });
    const items = await Promise.all(matches.map(({ item }) => heed.getItem(item, { project })));
    return { Cursor: "", Items: items.filter((item) => item !== null).map(writeItem) };
  });
  add("DELETE", "/item/:item", "items:write", async (request) => {
    await heed.deleteItem(pathName(request, "item"), { project: request.caller!.project });
    return { RowAffected: 1 };
  });
}

function unknown(kind: "user" | "item", id: string): HeedError {
  return new HeedError(`unknown-${kind}`, `${kind} ${id} not found`, `insert it: POST /api/${kind}`);
}
