import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { dataFolder } from "../../src/data/index.js";

const root = mkdtempSync(join(tmpdir(), "heed data "));
mkdirSync(join(root, "home", "data", "frappe"), { recursive: true });
mkdirSync(join(root, "data", "frappe"), { recursive: true });

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

  test("that is absent is an error that says where to get it, on what terms, and what to run", () => {
    const find = () => dataFolder("ml-1m-seq");
    expect(find).toThrow(join(root, "home", "data"));
    expect(find).toThrow(/GroupLens.*`heed data get ml-1m-seq --from PATH`.*HEED_DATA/);
  });

  test("of a name nobody knows is an error that guesses", () => {
    expect(() => dataFolder("frape")).toThrow(/no data set "frape"\n.*did you mean "frappe"/);
    expect(() => dataFolder("toString")).toThrow(/no data set "toString"/);
  });
});
