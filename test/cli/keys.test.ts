import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { heed, temporaryFolder } from "../support/cli.js";
import { serveHome } from "../support/serve-home.js";

describe("heed keys", () => {
  test("makes, lists, rotates and revokes keys, which a running server follows", async () => {
    const home = temporaryFolder();
    const env = { HEED_HOME: home };
    const made = await heed(["keys", "create", "--label", "cli", "--rate", "50,100"], env);
    const key = made.stdout.trim();
    expect([made.code, key]).toEqual([0, expect.stringMatching(/^heed_sk_[\w-]{43}$/)]);
    expect(made.stderr).toMatch(/shown this once/);
    expect(readFileSync(join(home, "keys.json"), "utf8")).not.toContain(key);

    const server = await serveHome(home);
    const status = async (shown: string) =>
      (await fetch(`${server.address}/v1/items`, { headers: { authorization: `Bearer ${shown}` } })).status;
    try {
      expect(await status(key)).toBe(200);
      const [listed] = JSON.parse((await heed(["keys", "list", "--json"], env)).stdout);
      expect(listed).toMatchObject({
        kind: "secret",
        label: "cli",
        lastFour: key.slice(-4),
        rate: { perSecond: 50, burst: 100 },
      });

      const rotated = await heed(["keys", "rotate", listed.id, "--grace", "0", "--json"], env);
      const next = JSON.parse(rotated.stdout).made;
      await new Promise((done) => setTimeout(done, 1_200));
      expect([await status(key), await status(next.key)]).toEqual([401, 200]);

      expect((await heed(["keys", "revoke", next.id], env)).stdout).toMatch(/revoked/);
      await new Promise((done) => setTimeout(done, 1_200));
      expect(await status(next.key)).toBe(401);
      expect((await heed(["keys", "list"], env)).stdout).toMatch(/expired[\s\S]*revoked/);
    } finally {
      await server.close();
    }
  });

  const damaged = temporaryFolder();
  writeFileSync(join(damaged, "keys.json"), "{", { mode: 0o600 });
  const mistakes: [name: string, args: string[], said: RegExp, home?: string][] = [
    ["an unknown kind", ["create", "--kind", "public"], /--kind is "public"\n.*secret or publishable/],
    ["an unknown scope", ["create", "--scope", "event:read"], /did you mean "events:read"/],
    [
      "a scope that browsers may not have",
      ["create", "--kind", "publishable", "--scope", "admin"],
      /cannot have the scope admin/,
    ],
    [
      "an origin that is none",
      ["create", "--kind", "publishable", "--origin", "shop.example/x"],
      /origins.*https:\/\/shop.example/,
    ],
    ["half a rate", ["create", "--rate", "5"], /--rate is "5"\n.*--rate 100,200/],
    ["an end that is no time", ["create", "--expires", "tomorrow"], /expires/],
    ["an id that is none", ["revoke", "abc"], /no key with that id\n.*heed keys list/],
    ["a damaged file", ["list"], /keys.json is damaged\n.*backup/, damaged],
  ];
  test.each(mistakes)("%s", async (_, args, said, home = temporaryFolder()) => {
    const { code, stdout, stderr } = await heed(["keys", ...args], { HEED_HOME: home });
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(said)]);
  });
});
