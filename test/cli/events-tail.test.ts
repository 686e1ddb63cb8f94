import { afterEach, expect, test } from "vitest";
import { createKey } from "../../src/serve/index.js";
import { heed, startHeed, temporaryFolder, until } from "../support/cli.js";
import { serveHome } from "../support/serve-home.js";

let server: Awaited<ReturnType<typeof serveHome>> | undefined;
afterEach(() => server?.close());

test("prints what one user does as it is accepted, over a restart of the server, until Ctrl-C", async () => {
  const home = temporaryFolder();
  const { key } = createKey(home, { kind: "secret" });
  server = await serveHome(home);
  const running = startHeed(["events", "tail", "--user", "ann", "--action", "click", "--action", "view"], {
    HEED_HOME: home,
    HEED_KEY: key,
  });
  let printed = "";
  running.process.stdout!.on("data", (part) => {
    printed += part;
  });
  await until(() => running.stderr().includes("listening to http://127.0.0.1:"), "the tail to listen");
  await server.heed.record([
    { id: "1", user: "ann", action: "click", item: "é\u2028" },
    { id: "2", user: "bob", action: "click" },
    { id: "3", user: "ann", action: "dwell" },
  ]);
  await until(() => printed.includes("\n"), "an event");
  await server.close();
  server = await serveHome(home);
  await until(() => running.stderr().includes("listening again to"), "the tail to listen again");
  await server.heed.record([{ id: "4", user: "ann", action: "view" }]);
  await until(() => printed.split("\n").length > 2, "another event");
  running.process.kill("SIGINT");
  const { code, stdout } = await running.finished;
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events).toMatchObject([
    { id: "1", user: "ann", action: "click", item: "é\u2028" },
    { id: "4", user: "ann", action: "view" },
  ]);
  expect(code).toBe(0);
});

test("without a server, or without its key, says what to do", async () => {
  const home = temporaryFolder();
  const none = await heed(["events", "tail"], { HEED_HOME: home });
  expect([none.code, none.stderr]).toEqual([
    1,
    expect.stringMatching(/no server runs[\s\S]*help: .*heed up/),
  ]);
  createKey(home, { kind: "secret" });
  server = await serveHome(home);
  const closed = await heed(["events", "tail"], { HEED_HOME: home });
  expect([closed.code, closed.stderr]).toEqual([1, expect.stringMatching(/asks for a key[\s\S]*HEED_KEY/)]);
});
