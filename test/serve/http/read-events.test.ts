import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttpServer, createKey, openHeed } from "../../../src/serve/index.js";
import { openStore } from "../../../src/store/index.js";
import { newHome } from "../../support/http.js";

const home = newHome();
let url = "";
let close: () => Promise<void>;
const keys: Record<string, string> = {};

beforeAll(async () => {
  keys.own = createKey(home, { kind: "secret" }).key;
  keys.other = createKey(home, { kind: "secret", project: "other" }).key;
  const heed = await openHeed({ store: await openStore(home) });
  const server = await createHttpServer(heed, { home });
  url = await server.listen({ port: 0 });
  close = server.close;
  await heed.record(
    Array.from({ length: 5 }, (_, i) => ({ id: `${i}`, user: i < 2 ? "anon" : "ann", action: "view" })),
  );
  await heed.record([{ id: "theirs", user: "eve", action: "view" }], { project: "other" });
  await heed.merge("anon", "ann");
});
afterAll(() => close());

async function ask(query: string, key = keys.own) {
  const response = await fetch(`${url}/v1/events${query}`, { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe("GET /v1/events", () => {
  test("gives every event of the project once, in order, a page at a time, as who its user became", async () => {
    const found: { id: string; user: string }[] = [];
    const sizes: number[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const { body } = await ask(`?limit=2&after=${after}`);
      found.push(...body.events);
      sizes.push(body.events.length);
      expect(body.head).toBeGreaterThan(5);
      after = body.next;
    }
    expect(sizes).toEqual([2, 2, 1]);
    expect(found.map(({ id, user }) => [id, user])).toEqual(
      ["0", "1", "2", "3", "4"].map((id) => [id, "ann"]),
    );
    expect(found[0]).toMatchObject({ received: expect.any(String), time: expect.any(String) });
  });

  test("gives another project's key that project's events only", async () => {
    const { body } = await ask("", keys.other);
    expect(body.events.map(({ id }: { id: string }) => id)).toEqual(["theirs"]);
    expect(body.next).toBeUndefined();
  });

  test.each(["?after=-1", "?after=x", "?limit=0", "?limit=10001", "?from=1"])("refuses %s", async (query) => {
    expect(await ask(query)).toMatchObject({
      status: 400,
      body: { code: "invalid", path: query.slice(1).split("=")[0] },
    });
  });
});
