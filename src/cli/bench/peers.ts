import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { z } from "zod";
import { HeedError } from "../../core/errors.js";

const aboutSchema = z.object({ torch: z.string(), blas: z.string(), threads: z.number() });
const readySchema = z.object({ name: z.string(), parameters: z.number().optional() });
const measuredSchema = z.object({ seconds: z.number().positive() });

/** The library the peer programs run on. */
export type PeerLibrary = z.infer<typeof aboutSchema>;

/** A started peer program that measures when it is told to, and else sleeps. */
export interface Peer {
  /** Numbers its model learns, where it has one. */
  parameters: number | undefined;
  /** Seconds of one measurement; `request` is what the program reads for it. */
  turn(request?: string): Promise<number>;
  stop(): Promise<void>;
}

/** Where peer programs can run. */
export interface Peers {
  about: PeerLibrary;
  start(program: string, options: readonly string[]): Promise<Peer>;
}

/**
 * Looks for a Python with PyTorch: `HEED_PYTHON` when it is set, else `python3` on the path and Debian's own. `folder`
 * holds the peer programs. Says what is missing when there is none.
 */
export async function findPeers(folder: string): Promise<Peers | { missing: string }> {
  const common = join(folder, "common.py");
  if (!existsSync(common))
    return { missing: `${folder} is not there; run it in a checkout of the repository` };
  const given = process.env.HEED_PYTHON;
  const candidates = given ? [given] : ["python3", "/usr/bin/python3"];
  for (const python of candidates) {
    const about = await describe(python, common);
    if (about)
      return { about, start: (program, options) => startPeer(python, join(folder, program), options) };
  }
  return {
    missing:
      `${candidates.join(" and ")} cannot import torch; install PyTorch ` +
      "(Debian: apt install python3-torch libopenblas0-pthread), or name a Python that has it in HEED_PYTHON",
  };
}

async function describe(python: string, common: string): Promise<PeerLibrary | null> {
  try {
    const { stdout } = await promisify(execFile)(python, [common], { env: environment() });
    return aboutSchema.parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

/** As many threads as ONNX Runtime takes, and no files left beside the programs. */
function environment(): NodeJS.ProcessEnv {
  const threads = String(availableParallelism());
  return { ...process.env, OMP_NUM_THREADS: threads, PYTHONDONTWRITEBYTECODE: "1" };
}

/** Starts a program with `--paced`: a JSON line when it is ready, then one for each line it is sent. */
export async function startPeer(python: string, program: string, options: readonly string[]): Promise<Peer> {
  const child = spawn(python, [program, ...options, "--paced"], { env: environment() });
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  // A program that is gone shows as the end of its output; the broken pipe adds nothing.
  child.stdin.on("error", () => {});
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with ${code}`));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function read<T>(schema: z.ZodType<T>): Promise<T> {
    const { value, done } = await lines.next();
    const parsed = done ? null : schema.safeParse(json(value));
    if (parsed?.success) return parsed.data;
    child.kill();
    const what = done ? `${await ended} ${complaint.trim()}` : `printed "${value}"`;
    throw new HeedError(
      "peer",
      `the peer program ${program} ${what.trim()}`,
      "mend its Python, or leave peers out with --no-peers",
    );
  }

  const { parameters } = await read(readySchema);
  return {
    parameters,
    async turn(request = "") {
      child.stdin.write(`${request}\n`);
      return (await read(measuredSchema)).seconds;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
