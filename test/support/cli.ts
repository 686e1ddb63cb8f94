import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What a run of the built program left. */
export interface Finished {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  process: ChildProcess;
  /** What was written to stderr so far. */
  stderr(): string;
  finished: Promise<Finished>;
}

/** A fresh folder for one test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "heed-test-"));
}

/** Starts the built `heed` as a user would. */
export function startHeed(args: readonly string[], env: Record<string, string> = {}, cwd = "."): Running {
  const child = spawn(process.execPath, [resolve("dist/cli/main.js"), ...args], {
    cwd,
    env: { ...process.env, HEED_HOME: join(tmpdir(), "heed-test-no-home"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (part) => {
    stdout += part;
  });
  child.stderr.on("data", (part) => {
    stderr += part;
  });
  const finished = new Promise<Finished>((done) => {
    child.once("close", (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { process: child, stderr: () => stderr, finished };
}

export function heed(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  return startHeed(args, env).finished;
}

/** Waits until `happened` is true, or fails with what was waited for. */
export async function until(happened: () => boolean, what: string, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!happened()) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}
