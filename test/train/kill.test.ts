import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";

const program = new URL("../support/train-child.mjs", import.meta.url).pathname;

/** Runs a training process, killed with SIGKILL at its report of a step; returns the steps it reported and its result. */
async function train(
  args: string[],
  killAt = Infinity,
): Promise<{ steps: number[]; result: string | undefined }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const steps: number[] = [];
  let result: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, value] = line.split(" ");
    if (kind === "done") result = value;
    else steps.push(Number(value));
    if (steps.at(-1)! >= killAt) child.kill("SIGKILL");
  }
  return { steps, result };
}

describe("a training process killed with kill -9", () => {
  test.each(["exact", "lazy"])(
    "ends, resumed, with the weights and the history of one that was not, to the last bit (%s tables)",
    async (embeddings) => {
      const whole = await train([embeddings]);
      expect(whole.steps).toHaveLength(60);
      const folder = mkdtempSync(join(tmpdir(), "heed-kill-"));
      // Killed in the first epoch, then in the last one.
      for (const killAt of [7, 46]) {
        const killed = await train([embeddings, folder], killAt);
        expect(killed.result).toBeUndefined();
      }
      // What a kill in the middle of a write leaves behind.
      writeFileSync(join(folder, "checkpoint.bin.123.tmp"), "half");
      const resumed = await train([embeddings, folder]);
      expect(resumed.steps[0]).toBeGreaterThan(40);
      expect(resumed.result).toBe(whole.result);
      expect(await train([embeddings, folder])).toEqual({ steps: [], result: whole.result });
      expect(readdirSync(folder)).toEqual(["checkpoint.bin"]);
    },
  );
});
