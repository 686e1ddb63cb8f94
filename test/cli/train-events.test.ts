import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { openHeed } from "../../src/serve/index.js";
import { openStore } from "../../src/store/index.js";
import { startHeed, temporaryFolder, until } from "../support/cli.js";

/** A project of counted models only, so that a training takes seconds, and forty people who come back. */
const project = temporaryFolder();
const home = join(project, "home");
const env = { HEED_HOME: home, HEED_PORT: "0" };

beforeAll(async () => {
  writeFileSync(
    join(project, "heed.config.ts"),
    `export default { models: { main: { model: "best", candidates: [] } } };`,
  );
  const store = await openStore(home);
  const engine = await openHeed({ store });
  const draw = random(3, "train-events");
  await engine.record(
    Array.from({ length: 400 }, (_, i) => ({
      id: `${i}`,
      user: `person${i % 40}`,
      action: "view",
      item: `item${draw.integer(30)}`,
      time: new Date(1.7e12 + i * 60_000).toISOString(),
    })),
  );
  await engine.close();
}, 60_000);

const train = (...flags: string[]) => startHeed(["train", ...flags], env, project).finished;

test("heed train without a model chooses on the events, and says what serves and why", {
  timeout: 120_000,
}, async () => {
  const { code, stdout, stderr } = await train("--seconds", "20", "--json");
  expect([code, stderr]).toEqual([0, expect.stringMatching(/serves: it is best on validation/)]);
  const report = JSON.parse(stdout);
  expect(report.models.map(({ model }: { model: string }) => model)).toEqual([
    "popular",
    "markov",
    "item-knn",
  ]);
  expect(report.untried).toEqual([]);
  expect(report.why).toMatch(new RegExp(`^${report.serving} serves`));
});

test("while a server holds the folder, the server trains", { timeout: 120_000 }, async () => {
  const server = startHeed(["up", "--seconds", "1"], env, project);
  try {
    await until(() => /serves http/.test(server.stderr()), "the server", 60);
    const { code, stdout, stderr } = await train("--json");
    expect(stderr).toMatch(/the server at http:\/\/127\.0\.0\.1:\d+ trains/);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).why).toMatch(/the refresh serves/);
  } finally {
    server.process.kill("SIGINT");
    await server.finished;
  }
});

test("another name than the configuration's is an error that names the nearest", async () => {
  const { code, stderr } = await train("--name", "man");
  expect([code, stderr]).toEqual([1, expect.stringMatching(/no model "man"\n.*did you mean "main"/)]);
});
