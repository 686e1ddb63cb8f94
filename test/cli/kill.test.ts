import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { heed, startHeed, temporaryFolder, until } from "../support/cli.js";
import { sampleOf } from "../support/data.js";

interface Row {
  validation: object;
  test: object;
}

/** What a finished run leaves that must not depend on how often it was killed. */
function resultOf(stdout: string, out: string) {
  const [{ validation, test }] = JSON.parse(stdout) as [Row];
  const { files } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as { files: object };
  return { validation, test, files };
}

/** Resolves when the file at `path` has been written `times` times from now on, each at least a moment apart. */
async function saves(path: string, times: number, running: () => boolean): Promise<void> {
  const stamp = () => (existsSync(path) ? statSync(path).ino : 0);
  let last = stamp();
  let seen = 0;
  await until(() => {
    const now = stamp();
    if (now !== last) seen++;
    last = now;
    return seen >= times || !running();
  }, `${times} saves of ${path}`);
}

describe("kill -9 during training, then the same command again", () => {
  test.each([
    // Four steps an epoch: kills fall in the middle of one.
    { model: "fm", embeddings: "exact", epochs: 3, rows: 20_000, kills: [1, 5] },
    { model: "fm", embeddings: "lazy", epochs: 3, rows: 20_000, kills: [2, 4] },
    { model: "sasrec", embeddings: "exact", epochs: 2, rows: 3000, kills: [2, 3] },
  ])(
    "$model ($embeddings) ends with the bytes of an uninterrupted run",
    { timeout: 120_000 },
    async (run) => {
      const env = { HEED_DATA: sampleOf(run.rows) };
      const folder = temporaryFolder();
      const command = (out: string) => [
        ...["train", run.model, "--data", "movietweetings-100k", "--epochs", `${run.epochs}`],
        ...["--embeddings", run.embeddings, "--out", join(folder, out), "--no-baselines", "--json"],
      ];
      const whole = await heed(command("whole"), env);
      expect(whole.code, whole.stderr).toBe(0);

      const checkpoint = join(folder, "checkpoint");
      const resumable = [...command("killed"), ...["--checkpoint", checkpoint, "--checkpoint-steps", "1"]];
      let killed = 0;
      for (const kill of run.kills) {
        const { process, finished } = startHeed(resumable, env);
        await saves(join(checkpoint, "seed-1", "checkpoint.bin"), kill, () => process.exitCode === null);
        process.kill("SIGKILL");
        if ((await finished).signal === "SIGKILL") killed++;
      }
      expect(killed).toBe(run.kills.length);
      const resumed = await heed(resumable, env);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(resultOf(resumed.stdout, join(folder, "killed"))).toEqual(
        resultOf(whole.stdout, join(folder, "whole")),
      );
    },
  );
});

describe("a checkpoint", () => {
  const train = (...args: string[]) =>
    heed(["train", "lr", "--data", "movietweetings-100k", "--no-baselines", "--json", ...args], {
      HEED_DATA: sampleOf(3000),
    });

  test("of another run is refused with what differs; more epochs of the same run go on from it", {
    timeout: 60_000,
  }, async () => {
    const checkpoint = join(temporaryFolder(), "checkpoint");
    expect((await train("--checkpoint", checkpoint, "--epochs", "1")).code).toBe(0);
    const other = await train("--checkpoint", checkpoint, "--embeddings", "lazy", "--epochs", "1");
    expect([other.code, other.stdout]).toEqual([1, ""]);
    expect(other.stderr).toMatch(
      /holds another run: its embeddings is "exact", not "lazy"\n.*help: .*--checkpoint/,
    );
    const more = await train("--checkpoint", checkpoint, "--epochs", "3");
    expect(more.stderr).not.toMatch(/epoch 1:/);
    expect(more.stderr).toMatch(/epoch 2:[\s\S]*epoch 3:/);
    const whole = await train("--epochs", "3");
    const figures = (stdout: string) => (JSON.parse(stdout) as Row[]).map(({ test }) => test);
    expect(figures(more.stdout)).toEqual(figures(whole.stdout));
  });

  test("is saved on Ctrl-C, and the same command ends with the figures of an uninterrupted run", {
    timeout: 60_000,
  }, async () => {
    const folder = temporaryFolder();
    const env = { HEED_DATA: sampleOf(20_000) };
    const args = [
      "train",
      "lr",
      "--data",
      "movietweetings-100k",
      "--epochs",
      "40",
      "--no-baselines",
      "--json",
    ];
    const { process, stderr, finished } = startHeed([...args, "--checkpoint", folder], env);
    await until(() => /epoch 2:/.test(stderr()), "the second epoch");
    process.kill("SIGINT");
    const stopped = await finished;
    expect([stopped.code, stopped.stdout]).toEqual([1, ""]);
    expect(stopped.stderr).toMatch(/stopping after this step[\s\S]*was stopped\n.*help: .*checkpoint/);
    const [resumed, whole] = [await heed([...args, "--checkpoint", folder], env), await heed(args, env)];
    expect(resumed.stderr).not.toMatch(/epoch 2:/);
    const figures = (stdout: string) => (JSON.parse(stdout) as Row[]).map(({ test }) => test);
    expect(figures(resumed.stdout)).toEqual(figures(whole.stdout));
  });
});
