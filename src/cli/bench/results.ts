import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { machine, versions } from "../../experiments/index.js";
import type { Peers } from "./peers.js";
import type { BenchRow } from "./suite.js";

/** What a run of a suite was, beside the machine and the date. */
export interface Results {
  suite: string;
  command: string;
  peers: Peers | null;
  rows: readonly BenchRow[];
}

/** Writes `SUITE.json` into the folder, whole or not at all, and returns its path. */
export async function saveResults(folder: string, results: Results): Promise<string> {
  const { suite, command, peers, rows } = results;
  const { node, onnxruntime } = versions();
  const content = {
    suite,
    command,
    date: new Date().toISOString(),
    machine: { ...machine(), node, onnxruntime },
    peer: peers?.about ?? null,
    rows,
  };
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${suite}.json`);
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`);
  await rename(temporary, path);
  return path;
}
