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
    ["a re-export of everything", 'export * from "../train/fit.js";'],
    ["a re-export of nothing", 'export {} from "../train/fit.js";'],
    ["a re-exported type", 'export type { X } from "../train/fit.js";'],
    ["a type import", 'import type { X } from "../train/fit.js";'],
    ["an inline type import", 'import { type X } from "../train/fit.js";'],
    ["an import type", 'type X = import("../train/fit.js").X;'],
    ["an import for its effect", 'import "../train/fit.js";'],
    ["an import assignment", 'import x = require("../train/fit.js");'],
    ["a module augmentation", 'declare module "../train/fit.js" { interface X {} }'],
    ["a dynamic import", 'const x = await import("../train/fit.js");'],
    ["a dynamic import of a template", "const x = await import(`../train/fit.js`);"],
    ["a dynamic import inside a function", 'const f = () => { if (1) return import("../train/fit.js"); };'],
    ["a path worked out at run time", "const f = (name) => import(name);"],
    ["the package by its own name", 'import { fit } from "heed/train";'],
    ["an absolute path", 'import { fit } from "/src/train/fit.js";'],
    ["a way out of the house", 'import { x } from "../../bench/x.js";'],
    ["a folder without a floor", 'import { x } from "../attic/x.js";'],
    ["a sibling", 'import { x } from "../data/dataset.js";'],
  ])("a planted violation is found: %s", (_, source) => {
    const root = plant({
      "tensor/bad.ts": source,
      "tensor/good.ts": 'import { y } from "../core/errors.js";',
    });
    expect(violations(root).map(({ file }) => file)).toEqual(["tensor/bad.ts"]);
  });

  test("what may be imported is not reported", () => {
    const root = plant({
      "train/fit.ts": 'import * as ort from "onnxruntime-node"; import { y } from "../tensor/tensor.js";',
      "cli/up.ts": 'import { z } from "../serve/index.js"; const path = "../serve/page.js";',
      "tensor/tensor.ts": 'import { readFileSync } from "node:fs"; // import "../train/fit.js"',
      "index.ts": 'export { fit } from "./train/fit.js";',
    });
    expect(violations(root)).toEqual([]);
  });

  test("a file that cannot be parsed is an error, not a pass", () => {
    expect(() => violations(plant({ "tensor/bad.ts": "import {" }))).toThrow(/bad\.ts/);
  });
});
