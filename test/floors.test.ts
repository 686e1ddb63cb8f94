import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { violations } from "./floors.js";

function plant(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "heed-floors-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

describe("the house", () => {
  test("no file of src imports from a higher floor", () => {
    expect(violations(new URL("../src", import.meta.url).pathname)).toEqual([]);
  });

  test.each([
    ["an import", 'import { x } from "../train/fit.js";'],
    ["a re-export", 'export { x } from "../train/fit.js";'],
    ["a type import", 'import type { X } from "../train/fit.js";'],
    ["a dynamic import", 'const x = await import("../train/fit.js");'],
    ["a sibling", 'import { x } from "../data/dataset.js";'],
  ])("a planted violation is found: %s", (_, source) => {
    const root = plant({
      "tensor/bad.ts": source,
      "tensor/good.ts": 'import { y } from "../core/errors.js";',
    });
    expect(violations(root)).toHaveLength(1);
  });
});
