import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { importers } from "../../src/data/index.js";
import { heed, temporaryFolder } from "../support/cli.js";

describe("heed data", () => {
  test("list names every data set with its licence, its size and where it was found", async () => {
    const { code, stdout } = await heed(["data", "list", "--json"], { HEED_DATA: temporaryFolder() });
    expect(code).toBe(0);
    const states = JSON.parse(stdout) as Record<string, unknown>[];
    expect(states.map(({ name }) => name)).toEqual(Object.keys(importers));
    for (const { name, licence, bytes, folder, bundled } of states) {
      expect(licence).not.toBe("");
      expect(bytes).toBeGreaterThan(1000);
      const inside = name === "movietweetings-100k";
      expect([bundled, folder]).toEqual([
        inside,
        inside ? expect.stringMatching(/assets\/movietweetings$/) : null,
      ]);
    }
    const table = await heed(["data", "list"], { HEED_DATA: temporaryFolder() });
    expect(table.stdout).toMatch(
      /^name +size +found +licence\nmovietweetings-100k +\d\.\d MB +in the package +MIT/,
    );
  });

  test("get brings a copy to where Heed looks for it", async () => {
    const [source, root] = [temporaryFolder(), temporaryFolder()];
    for (const file of ["ratings.dat", "movies.dat"])
      writeFileSync(join(source, file), gunzipSync(readFileSync(`assets/movietweetings/${file}.gz`)));
    const env = { HEED_DATA: root };
    const { code, stdout, stderr } = await heed(
      ["data", "get", "movietweetings-100k", "--from", source, "--json"],
      env,
    );
    expect(code, stderr).toBe(0);
    const folder = join(root, "movietweetings-100k");
    expect(JSON.parse(stdout)).toEqual({ name: "movietweetings-100k", folder });
    const again = await heed(["data", "get", "movietweetings-100k", "--json"], env);
    expect(JSON.parse(again.stdout)).toEqual({ name: "movietweetings-100k", folder });
  });

  test("get without a place says where the files are to be had and on what terms", async () => {
    const { code, stdout, stderr } = await heed(["data", "get", "frappe"], { HEED_DATA: temporaryFolder() });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /frappe is not in .*\n.*help: get frappe_x1\.csv\.gz .*licence: .*--from FOLDER or URL/,
    );
  });
});
