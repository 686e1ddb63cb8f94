import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { dataFolder, importers } from "../../data/index.js";
import { openInstance, rows } from "../../store/embedded/database.js";
import { compile, input } from "../../tensor/index.js";
import { type Check, finding } from "./check.js";

/** What package.json asks for. */
const leastNode = [20, 19] as const;

const reinstall = "install again, for this platform and this Node: rm -rf node_modules && npm install";

export const machineChecks: readonly Check[] = [
  {
    name: "node",
    look() {
      const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
      const isOld = major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1]);
      const found = `${process.versions.node}, ${process.platform} ${process.arch}`;
      return isOld
        ? finding(
            "fail",
            `${found}; Heed needs ${leastNode.join(".")}`,
            "install a newer Node: https://nodejs.org",
          )
        : finding("ok", found);
    },
  },
  {
    name: "onnxruntime",
    async look() {
      try {
        const left = input("left", "float32", ["batch", 2]);
        const right = input("right", "float32", [2, 1]);
        const program = await compile({ product: left.matmul(right) });
        const { product } = await program.run({
          left: { data: Float32Array.of(2, 3), shape: [1, 2] },
          right: { data: Float32Array.of(4, 5), shape: [2, 1] },
        });
        await program.release();
        const value = product?.data[0];
        return value === 23
          ? finding("ok", "loads and multiplies")
          : finding("fail", `2*4 + 3*5 is ${value} there`, reinstall);
      } catch (error) {
        return finding("fail", `does not run: ${firstLine(error)}`, reinstall);
      }
    },
  },
  {
    name: "duckdb",
    async look() {
      try {
        const instance = await openInstance(":memory:");
        const connection = await instance.connect();
        const [[version, product] = []] = await rows(connection, "SELECT version(), 6 * 7");
        connection.closeSync();
        instance.closeSync();
        return product === 42
          ? finding("ok", `${version} opens and computes`)
          : finding("fail", `6 * 7 is ${product} there`, reinstall);
      } catch (error) {
        return finding("fail", `does not run: ${firstLine(error)}`, reinstall);
      }
    },
  },
  {
    name: "usearch",
    async look() {
      try {
        const { buildApproximate } = await import("../../retrieve/index.js");
        const vectors = { rows: 3, dim: 2, values: Float32Array.of(0, 0, 1, 0, 0, 1) };
        const index = buildApproximate(vectors, {
          connectivity: 2,
          expansionAdd: 2,
          expansionSearch: 2,
          threads: 1,
        });
        return index.search(Float32Array.of(0, 1), 1)[0] === 2
          ? finding("ok", "builds an index and finds in it")
          : finding("fail", "its index finds the wrong item", reinstall);
      } catch (error) {
        return finding("fail", `does not run: ${firstLine(error)}`, reinstall);
      }
    },
  },
  {
    name: "data sets",
    look() {
      const names = Object.keys(importers);
      const found = names.filter((name) => isThere(name));
      const absent = names.filter((name) => !found.includes(name));
      const list = found.length > 0 ? found.join(", ") : "none";
      if (absent.length === 0) return finding("ok", list);
      return finding(
        found.length > 0 ? "ok" : "warn",
        `${list} (not here: ${absent.join(", ")})`,
        `set HEED_DATA to the folder that holds them; what one needs: heed train sasrec --data ${absent.at(-1)}`,
      );
    },
  },
  {
    name: "chromium",
    look() {
      const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
      const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
      const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
      return finding("ok", found ?? "not found; only tests of the browser package need it");
    },
  },
];

function isThere(name: string): boolean {
  try {
    dataFolder(name);
    return true;
  } catch {
    return false;
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
