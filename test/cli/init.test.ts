import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { heed, temporaryFolder, until } from "../support/cli.js";

/** Compiles a project as its owner would: `heed` is the built package. */
function compile(folder: string): void {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules", "heed"));
  mkdirSync(join(folder, "node_modules", "@types"));
  symlinkSync(resolve("node_modules/@types/node"), join(folder, "node_modules", "@types", "node"));
  const options = "--target es2023 --module nodenext --types node --strict --skipLibCheck --outDir out".split(
    " ",
  );
  execFileSync(resolve("node_modules/.bin/tsc"), [...options, "serve.ts"], { cwd: folder, stdio: "pipe" });
}

describe("heed init", () => {
  test("writes a project whose server starts, decides by its configuration and is found by the commands", async () => {
    const folder = join(temporaryFolder(), "my-heed");
    const { code, stdout, stderr } = await heed(["init", folder]);
    expect([code, stdout.trim().split("\n")]).toEqual([
      0,
      ["heed.config.ts", "serve.ts", "package.json", ".gitignore"].map((name) => join(folder, name)),
    ]);
    expect(stderr).toMatch(/next: cd .*npx tsx serve.ts/);
    compile(folder);
    const home = join(folder, ".heed");
    const child = spawn(process.execPath, ["out/serve.js"], {
      cwd: folder,
      env: { ...process.env, HEED_PORT: "0", HEED_HOME: home },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (part) => {
      said += part;
    });
    try {
      await until(() => said.includes("Heed serves http://127.0.0.1:"), "the server");
      const items = join(folder, "items.ndjson");
      writeFileSync(
        items,
        '{"item":"heat","time":"2026-01-05T10:00:00Z"}\n{"item":"alien","time":"2026-01-04T10:00:00Z"}\n',
      );
      expect(await heed(["import", items, "--as", "items"], { HEED_HOME: home })).toMatchObject({
        code: 0,
        stderr: "",
      });
      const address = /http:\S+/.exec(said)![0];
      const slate = await (await fetch(`${address}/v1/recommend/ann?limit=2`)).json();
      expect(slate).toMatchObject({ surface: "home", items: [{ position: 1 }, { position: 2 }] });
      expect(await heed(["backup", join(folder, "backup")], { HEED_HOME: home })).toMatchObject({ code: 0 });
    } finally {
      const ended = new Promise((done) => child.once("close", done));
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
    }
  });

  test("what the configuration offers in comments is valid too", async () => {
    const folder = temporaryFolder();
    expect((await heed(["init", folder])).code).toBe(0);
    const path = join(folder, "heed.config.ts");
    const text = readFileSync(path, "utf8");
    const offered = text.replace(/^( *)\/\/ (?=entities| {2}|\}|filters|boosts|quotas|pins)/gm, "$1");
    expect(offered).toMatch(/^ +entities: \{[\s\S]*^ +pins:/m);
    writeFileSync(path, offered);
    compile(folder);
    const script = `import(${JSON.stringify(join(folder, "out/heed.config.js"))}).then(({ default: config }) => {
      console.log(JSON.stringify([config.surfaces.home.decide.rules, Object.keys(config.entities.item.attributes)]));
    });`;
    const [rules, attributes] = JSON.parse(
      execFileSync(process.execPath, ["-e", script], { cwd: folder }).toString(),
    );
    expect([rules.filters, rules.boosts, rules.quotas, rules.pins].map(({ length }) => length)).toEqual([
      1, 1, 1, 1,
    ]);
    expect(attributes).toEqual(["genre", "year"]);
  });

  test("keeps what is there", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, ".gitignore"), "node_modules");
    writeFileSync(join(folder, "package.json"), "{}");
    expect((await heed(["init", folder])).code).toBe(0);
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("node_modules\n.heed/\n");
    expect(readFileSync(join(folder, "package.json"), "utf8")).toBe("{}");

    writeFileSync(join(folder, "serve.ts"), "mine");
    execFileSync("rm", [join(folder, "heed.config.ts")]);
    const again = await heed(["init", folder]);
    expect([again.code, again.stdout, again.stderr]).toEqual([
      1,
      "",
      expect.stringMatching(/serve.ts exists, and nothing is overwritten\n.*help: move it away: mv '/),
    ]);
    expect([
      readFileSync(join(folder, "serve.ts"), "utf8"),
      existsSync(join(folder, "heed.config.ts")),
    ]).toEqual(["mine", false]);
  });

  test("a folder that cannot be written", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const { code, stderr } = await heed(["init", join(file, "x")]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/cannot be written: [\s\S]*help: name a folder/),
    ]);
  });
});
