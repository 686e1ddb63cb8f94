import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { dataFolder } from "../../src/data/index.js";

const root = mkdtempSync(join(tmpdir(), "heed data "));
for (const folder of [join(root, "home", "data", "frappe"), join(root, "data", "frappe")]) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "frappe_x1.csv.gz"), "");
}
mkdirSync(join(root, "data", "movietweetings-100k"));

describe("the folder of a data set", () => {
  beforeEach(() => {
    vi.stubEnv("HEED_DATA", undefined);
    vi.stubEnv("HEED_HOME", join(root, "home"));
  });
  afterEach(() => vi.unstubAllEnvs());

  test("lies below HEED_DATA", () => {
    vi.stubEnv("HEED_DATA", join(root, "data"));
    expect(dataFolder("frappe")).toBe(join(root, "data", "frappe"));
  });

  test.each([undefined, ""])("lies below $HEED_HOME/data when HEED_DATA is %j", (unset) => {
    vi.stubEnv("HEED_DATA", unset);
    expect(dataFolder("frappe")).toBe(join(root, "home", "data", "frappe"));
  });

  test("is inside the package for what may ship with it", () => {
    expect(dataFolder("movietweetings-100k")).toMatch(/assets\/movietweetings$/);
  });

  test("that is absent is an error that says where to get it, on what terms, and where to put it", () => {
    const find = () => dataFolder("ml-1m-seq");
    const folder = join(root, "home", "data");
    expect(find).toThrow(`data set ml-1m-seq is not in ${folder}`);
    expect(find).toThrow(/sequences\.txt\.gz and items\.tsv\.gz \(https:.*GroupLens.*HEED_DATA/);
    expect(find).toThrow(`into ${join(folder, "ml-1m-seq")}`);
  });

  test("that lacks a file is an error that names it, even where the package has the data set", () => {
    vi.stubEnv("HEED_DATA", join(root, "data"));
    expect(() => dataFolder("movietweetings-100k")).toThrow(
      /movietweetings-100k lacks ratings\.dat\.gz and movies\.dat\.gz\n.*get ratings/,
    );
  });

  test("of a name nobody knows is an error that guesses", () => {
    expect(() => dataFolder("frape")).toThrow(/no data set "frape"\n.*did you mean "frappe"/);
    expect(() => dataFolder("toString")).toThrow(/no data set "toString"/);
  });
});
