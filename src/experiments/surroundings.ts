import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "onnxruntime-node";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Heed's own version. */
export function heedVersion(): string {
  return (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
}

/** The programs that made a figure. The commit is there in a clone alone. */
export function versions(): { heed: string; commit: string | null; node: string; onnxruntime: string } {
  return {
    heed: heedVersion(),
    commit: commit(),
    node: process.version,
    onnxruntime: env.versions.node ?? env.versions.common ?? "unknown",
  };
}

/** The machine that made a figure. */
export function machine(): { processor: string; cores: number; memoryGiB: number } {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

function commit(): string | null {
  // Installed as a package, the folder may lie inside somebody else's repository.
  if (!existsSync(join(root, ".git"))) return null;
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
}
