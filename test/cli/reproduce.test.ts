import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/experiments/index.js";
import { heed, startHeed, temporaryFolder, until } from "../support/cli.js";
import { datasetFolder } from "../support/data.js";

const nowhere = { HEED_DATA: join(temporaryFolder(), "nowhere") };

describe("heed systems", () => {
  test("--json gives all 54 with slug, title, state and figures", async () => {
    const { code, stdout, stderr } = await heed(["systems", "--json"], nowhere);
    expect([code, stderr]).toEqual([0, ""]);
    const systems = JSON.parse(stdout) as Record<string, unknown>[];
    expect(systems.map(({ slug, title }) => ({ slug, title }))).toEqual(catalogue);
    for (const { state, figures } of systems) {
      expect(["passes", "fails", "needs-data", "not-run"]).toContain(state);
      expect(figures).toBeInstanceOf(Array);
    }
  });

  test("is a table for people, the experiments beside the catalogue below it", async () => {
    const { code, stdout, stderr } = await heed(["systems"], nowhere);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^slug +title +state/);
    expect(stdout.trim().split("\n")).toHaveLength(55);
    expect(stderr).toMatch(/beside them: sequential-baselines (needs-data|passes|fails)/);
  });
});

describe("heed reproduce", () => {
  test("without the data answers in the shape of the contract, says how to get them, and does not end with 0", async () => {
    const work = temporaryFolder();
    for (const quick of [[], ["--quick"]]) {
      const args = ["reproduce", "sequential-baselines", "--work", work, "--json", ...quick];
      const { code, stdout } = await heed(args, nowhere);
      expect(code).toBe(1);
      const { slug, passed, seeds, rows, seconds } = JSON.parse(stdout);
      expect({ slug, passed, seeds, seconds }).toEqual({
        slug: "sequential-baselines",
        passed: false,
        seeds: quick.length > 0 ? [1] : [1, 2, 3],
        seconds: 0,
      });
      expect(rows.length).toBeGreaterThan(40);
      for (const row of rows) {
        expect(Object.keys(row)).toEqual(
          expect.arrayContaining(
            "dataset metric published measured low high baseline verdict reason".split(" "),
          ),
        );
        expect(row).toMatchObject({ verdict: "needs-data", measured: null });
        expect(row.reason).toMatch(/help: get .* licence: .*heed data get/);
      }
    }
  });

  test("--save records nothing of a run that is not whole", async () => {
    const args = ["reproduce", "sequential-baselines", "--work", temporaryFolder(), "--save"];
    const { code, stderr } = await heed(args, nowhere);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/is no result: .* was not measured/)]);
  });

  const frappe = datasetFolder("frappe") && datasetFolder("mlsmall-implicit");
  test.skipIf(!frappe)(
    `--quick runs what the whole run would, is not judged and ends with 0${frappe ? "" : " (no HEED_DATA)"}`,
    { timeout: 180_000 },
    async () => {
      const work = temporaryFolder();
      const args = [
        "reproduce",
        "bars-ctr",
        "--quick",
        "--only",
        "click-rate,lr,fm",
        "--work",
        work,
        "--json",
      ];
      const { code, stdout, stderr } = await heed(args);
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/frappe fm seed 1 epoch 2: loss/);
      const { passed, quick, rows } = JSON.parse(stdout);
      expect({ passed, quick }).toEqual({ passed: false, quick: true });
      const measured = rows.filter(({ measured }: { measured: number | null }) => measured !== null);
      expect(
        measured.map(({ dataset, model, metric }: Record<string, string>) => `${dataset} ${model} ${metric}`),
      ).toEqual([
        "frappe lr auc",
        "frappe lr logLoss",
        "frappe fm auc",
        "frappe fm logLoss",
        "mlsmall-implicit lr auc",
        "mlsmall-implicit fm auc",
        "frappe-vocabulary lr parameters",
        "frappe-vocabulary fm parameters",
      ]);
      for (const row of measured) expect(row.verdict).toBe("quick");
    },
  );

  test.skipIf(!frappe)(
    "Ctrl-C keeps what is finished, and the same command goes on",
    { timeout: 180_000 },
    async () => {
      const work = temporaryFolder();
      const args = ["reproduce", "bars-ctr", "--quick", "--only", "lr,fm", "--work", work, "--json"];
      const first = startHeed(args);
      await until(() => first.stderr().includes("frappe fm seed 1 epoch 1"), "the second training", 120);
      first.process.kill("SIGINT");
      const stopped = await first.finished;
      expect([stopped.code, stopped.stdout]).toEqual([1, ""]);
      expect(stopped.stderr).toMatch(
        /the reproduction of bars-ctr was stopped\n.*help: the same command goes on/,
      );
      expect(readdirSync(work).some((name) => /^frappe\.lr\.1\..*\.json$/.test(name))).toBe(true);
      const second = await heed(args);
      expect(second.code, second.stderr).toBe(0);
      expect(second.stderr).toMatch(/frappe lr seed 1: kept from an earlier run/);
      const whole = await heed([...args.slice(0, -2), temporaryFolder(), "--json"]);
      const figures = (stdout: string) =>
        JSON.parse(stdout).rows.map(({ seconds: _, ...row }: { seconds: number }) => row);
      expect(figures(second.stdout)).toEqual(figures(whole.stdout));
    },
  );
});
