import { Gorse, GorseException } from "gorsejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineConfig } from "../../../src/decide/index.js";
import { compatibility, openHeed } from "../../../src/serve/index.js";
import { openStore } from "../../../src/store/index.js";
import { temporaryFolder } from "../../support/cli.js";
import { type Compatible, said, startCompatible } from "../../support/compat.js";
import { newHome, start, twoKeys } from "../../support/http.js";

let running: Compatible;
let client: Gorse<string>;
beforeAll(async () => {
  running = await startCompatible();
  client = new Gorse({ endpoint: running.url, secret: running.keys.secret });
});
afterAll(() => running.close());

const Timestamp = "2022-08-07T00:26:46Z";

/** What the client reports of a refusal. */
async function refusal(asked: Promise<unknown>): Promise<{ code: number; message: string }> {
  const error = await asked.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(GorseException);
  return error;
}

describe("gorsejs, unmodified: users", () => {
  test("are inserted, read, changed, listed page by page and deleted", async () => {
    expect(await client.insertUser({ UserId: "100", Labels: ["a", "b", "c"], Comment: "comment" })).toBe(1);
    expect(await client.getUser("100")).toEqual({
      UserId: "100",
      Labels: ["a", "b", "c"],
      Comment: "comment",
    });
    expect((await running.heed.getUser("100"))?.attributes).toEqual({
      labels: ["a", "b", "c"],
      comment: "comment",
    });
    expect(await client.updateUser("100", { UserId: "100", Labels: ["d"] })).toBe(1);
    expect(await client.getUser("100")).toEqual({ UserId: "100", Labels: ["d"], Comment: "comment" });
    expect(await client.insertUsers([{ UserId: "101" }, { UserId: "102", Labels: ["x"] }])).toBe(2);
    const first = await client.getUsers({ n: 2 });
    const second = await client.getUsers({ n: 2, Cursor: first.Cursor });
    expect([...first.Users, ...second.Users].map(({ UserId }) => UserId)).toEqual(["100", "101", "102"]);
    expect(second.Cursor).toBe("");
    expect(await client.deleteUser("100")).toBe(1);
    expect((await refusal(client.getUser("100"))).code).toBe(404);
  });

  test("labels of any shape come back unchanged, and their fields are attributes", async () => {
    const Labels = {
      city: "Oslo",
      scores: [1, 2.5],
      deep: { tags: ["a", "b"] },
      labels: "odd",
      comment: "odd",
    };
    await client.insertUser({ UserId: "labelled", Labels: Labels as unknown as string[], Comment: "real" });
    expect(await client.getUser("labelled")).toEqual({ UserId: "labelled", Labels, Comment: "real" });
    expect((await running.heed.getUser("labelled"))?.attributes).toMatchObject({
      city: "Oslo",
      "deep.tags": ["a", "b"],
    });
    await client.updateUser("labelled", { UserId: "labelled", Labels: [] });
    expect(await client.getUser("labelled")).toEqual({ UserId: "labelled", Labels: [], Comment: "real" });
    expect((await running.heed.getUser("labelled"))?.attributes).toEqual({ labels: [], comment: "real" });
  });
});

describe("gorsejs, unmodified: items", () => {
  test("are inserted, read, changed, categorized, listed and deleted", async () => {
    const item = {
      ItemId: "1",
      IsHidden: true,
      Labels: ["a"],
      Categories: ["d", "e"],
      Timestamp,
      Comment: "comment",
    };
    expect(await client.upsertItem(item)).toBe(1);
    expect(await client.getItem("1")).toEqual(item);
    expect(await running.heed.getItem("1")).toEqual({
      item: "1",
      hidden: true,
      categories: ["d", "e"],
      time: "2022-08-07T00:26:46.000Z",
      attributes: { labels: ["a"], comment: "comment" },
    });
    expect(await client.updateItem("1", { ...item, IsHidden: false, Comment: "changed" })).toBe(1);
    expect(await client.insertItemCategory("1", "f")).toBe(1);
    expect(await client.deleteItemCategory("1", "d")).toBe(1);
    expect(await client.getItem("1")).toEqual({
      ...item,
      IsHidden: false,
      Comment: "changed",
      Categories: ["e", "f"],
    });
    expect(
      await client.upsertItems([
        { ...item, ItemId: "2" },
        { ...item, ItemId: "3" },
      ]),
    ).toBe(2);
    const { Cursor, Items } = await client.getItems({ n: 2 });
    expect(Items.map(({ ItemId }) => ItemId)).toEqual(["1", "2"]);
    expect((await client.getItems({ n: 2, Cursor })).Items.map(({ ItemId }) => ItemId)).toEqual(["3"]);
    for (const id of ["1", "2", "3"]) expect(await client.deleteItem(id)).toBe(1);
    expect((await refusal(client.getItem("1"))).code).toBe(404);
  });
});

describe("gorsejs, unmodified: feedback", () => {
  const give = (FeedbackType: string, ItemId: string) => ({ FeedbackType, UserId: "fan", ItemId, Timestamp });

  test("becomes events; sent again it is one; it is read by type, user and item", async () => {
    const feedback = [give("like", "100"), give("read", "200"), give("read", "300")];
    expect(await client.insertFeedbacks(feedback)).toBe(3);
    expect(await client.insertFeedbacks(feedback)).toBe(3);
    const events = await said(running, "fan");
    expect(events.map(({ action, item }) => [action, item]).sort()).toEqual([
      ["like", "100"],
      ["read", "200"],
      ["read", "300"],
    ]);
    const zero = { Value: 0, Updated: Timestamp, Labels: null, Comment: "" };
    expect(await client.getFeedback({ type: "like", userId: "fan", itemId: "100" })).toEqual({
      ...feedback[0],
      ...zero,
    });
    expect(await client.getFeedback({ type: "like", userId: "fan", itemId: "200" })).toEqual({});
    expect(await client.getUserFeedback("fan")).toHaveLength(3);
    expect(await client.getUserFeedbackByType("fan", "read")).toHaveLength(2);
    expect(await client.getItemFeedback("200")).toEqual([{ ...feedback[1], ...zero }]);
    expect(await client.getItemFeedbackByType("200", "like")).toEqual([]);
    const first = (await client.getFeedbacks(undefined, { n: 2 })) as unknown as {
      Cursor: string;
      Feedback: object[];
    };
    const rest = (await client.getFeedbacks(undefined, {
      n: 2,
      Cursor: first.Cursor,
    })) as unknown as typeof first;
    expect([first.Feedback.length, rest.Feedback.length, rest.Cursor]).toEqual([2, 1, ""]);
    const likes = (await client.getFeedbacks("like")) as unknown as typeof first;
    expect(likes).toEqual({ Cursor: "", Feedback: [{ ...feedback[0], ...zero }] });
    expect(await client.getUser("fan")).toEqual({ UserId: "fan", Labels: null, Comment: "" });
  });

  test("posted again it adds its value, put it replaces", async () => {
    const at = (second: number, Value: number) => ({
      FeedbackType: "watch",
      UserId: "viewer",
      ItemId: "heat",
      Timestamp: `2022-08-07T00:00:0${second}Z`,
      Value,
    });
    const row = () => client.getFeedback({ type: "watch", userId: "viewer", itemId: "heat" });
    await client.insertFeedbacks([at(2, 5)]);
    await client.insertFeedbacks([at(4, 2)]);
    expect(await row()).toMatchObject({
      Value: 7,
      Timestamp: "2022-08-07T00:00:02Z",
      Updated: "2022-08-07T00:00:04Z",
    });
    await client.upsertFeedbacks([at(5, 1)]);
    expect(await row()).toMatchObject({ Value: 1, Timestamp: "2022-08-07T00:00:05Z" });
  });

  test("cannot be deleted one by one, and the answer says what to do", async () => {
    const { code, message } = await refusal(
      client.deleteFeedback({ type: "like", userId: "fan", itemId: "100" }),
    );
    expect(code).toBe(501);
    expect(message).toContain("DELETE /api/user/{user-id}");
    expect(await client.getUserFeedback("fan")).toHaveLength(3);
  });
});

describe("gorsejs, unmodified: recommendations", () => {
  /** Two groups of people: one reads even items, one odd ones. */
  async function world() {
    const store = await openStore(temporaryFolder());
    const config = defineConfig({});
    const heed = await openHeed({ store, config });
    const home = newHome();
    const secret = twoKeys(home).secret.key;
    const served = await start(heed, { home, extend: compatibility(heed) });
    const gorse = new Gorse<string>({ endpoint: served.url, secret });
    await gorse.upsertItems(
      Array.from({ length: 12 }, (_, i) => ({
        ItemId: `item${i}`,
        IsHidden: i === 10,
        Timestamp: `2022-08-07T00:00:${10 + i}Z`,
        Categories: [i % 2 === 0 ? "even" : "odd"],
      })),
    );
    const feedback = Array.from({ length: 40 }, (_, person) =>
      Array.from({ length: 5 }, (_, k) => ({
        FeedbackType: "read",
        UserId: `person${person}`,
        ItemId: `item${((person % 2) + 2 * ((person + k) % 6)) % 12}`,
        Timestamp: new Date(Date.UTC(2026, 0, 1, 0, k * 40 + person)).toISOString(),
      })),
    ).flat();
    await gorse.insertFeedbacks(feedback);
    await (await heed.train("main", { simpleOnly: true })).finished;
    return { served, gorse, heed };
  }

  test("recommend, popular, latest, neighbours and session answer in Gorse's shapes", async () => {
    const { served, gorse, heed } = await world();
    const read = new Set((await said(served, "person0")).map(({ item }) => item));
    const recommended = await gorse.getRecommend({ userId: "person0", cursorOptions: { n: 4 } });
    expect(recommended).toHaveLength(4);
    for (const id of recommended) expect(read.has(id)).toBe(false);
    const paged = await gorse.getRecommend({ userId: "person0", cursorOptions: { n: 3, offset: 1 } });
    expect(paged).toEqual(recommended.slice(1));
    await expect
      .poll(async () => (await heed.userEvents("person0", { actions: ["impression"] })).length)
      .toBe(2);
    const [, second] = (await heed.userEvents("person0", { actions: ["impression"] })) as {
      items: object[];
    }[];
    expect(second!.items).toMatchObject(paged.map((item, i) => ({ item, position: i + 2 })));
    const odd = await gorse.getRecommend({ userId: "person0", category: "odd" });
    expect(odd.length).toBeGreaterThan(0);
    for (const id of odd) expect(Number(id.slice(4)) % 2).toBe(1);
    await gorse.getRecommend({ userId: "person1", writeBackType: "seen", cursorOptions: { n: 2 } });
    expect(await gorse.getUserFeedbackByType("person1", "seen")).toHaveLength(2);

    const popular = await gorse.getPopular({ cursorOptions: { n: 3 } });
    expect(popular).toEqual(popular.map(({ Id }) => ({ Id, Score: expect.any(Number) })));
    expect(popular).toHaveLength(3);
    const latest = await gorse.getLatest({ category: "even", cursorOptions: { n: 2 } });
    expect(latest).toEqual([
      { Id: "item8", Score: Date.parse("2022-08-07T00:00:18Z") / 1000 },
      { Id: "item6", Score: Date.parse("2022-08-07T00:00:16Z") / 1000 },
    ]);
    const neighbours = (await gorse.getItemNeighbors({ itemId: "item0" })) as unknown as {
      Id: string;
      Score: number;
    }[];
    expect(neighbours.length).toBeGreaterThan(1);
    for (const { Id, Score } of neighbours) {
      expect(Number(Id.slice(4)) % 2).toBe(0);
      expect(Score).toBeGreaterThan(0);
    }
    expect(await gorse.getItemNeighbors({ itemId: "item0", category: "odd" })).toEqual([]);
    expect(await gorse.getItemNeighbors({ itemId: "nothing" })).toEqual([]);
    const visited = (ItemId: string) => ({ FeedbackType: "read", UserId: "", ItemId, Timestamp });
    expect(await gorse.getSessionRecommend([visited("nothing")])).toEqual([]);
    const session = await gorse.getSessionRecommend([visited("item1"), visited("nothing")], {
      cursorOptions: { n: 1 },
    });
    // The Markov table serves, and here every item has one follower.
    expect(session).toHaveLength(1);
    for (const { Id } of session as { Id: string }[]) expect(Number(Id.slice(4)) % 2).toBe(1);
    await served.close();
  });

  test("what Heed has not is refused as Gorse refuses what is not configured", async () => {
    expect((await refusal(client.getUserNeighbors({ userId: "fan" }))).code).toBe(404);
  });
});

test("a wrong key is refused, and a publishable key may only add feedback", async () => {
  const wrong = new Gorse<string>({ endpoint: running.url, secret: "wrong" });
  expect((await refusal(wrong.getUser("fan"))).code).toBe(401);
  const page = new Gorse<string>({ endpoint: running.url, secret: running.keys.publishable });
  const feedback = { FeedbackType: "read", UserId: "page", ItemId: "1", Timestamp };
  expect(await page.insertFeedbacks([feedback])).toBe(1);
  expect(await said(running, "page")).toHaveLength(1);
  for (const asked of [
    page.getUser("fan"),
    page.insertUser({ UserId: "fan" }),
    page.deleteUser("fan"),
    page.getUserFeedback("fan"),
    page.getFeedbacks(),
    page.getRecommend({ userId: "fan" }),
    page.upsertItem({ ItemId: "1", IsHidden: false, Timestamp }),
  ])
    expect((await refusal(asked)).code).toBe(403);
});
