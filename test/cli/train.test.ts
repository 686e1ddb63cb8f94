import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { heed, temporaryFolder } from "../support/cli.js";
import { sampleOf } from "../support/data.js";

interface Row {
  kind: string;
  model: string;
  seed: number;
  seeds: number[];
  epochs: number;
  bundle: string;
  validation: Record<string, { value: number; deviation: number }>;
  test: Record<string, { value: number; low: number; high: number; deviation: number }>;
}

const sample = ["--data", "movietweetings-100k"];
const env = { HEED_DATA: sampleOf(4000) };

async function rowsOf(...args: string[]): Promise<Row[]> {
  const { code, stdout, stderr } = await heed([...args, "--json"], env);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Row[];
}

const runs = [
  { model: "deepfm", embeddings: "exact" },
  { model: "deepfm", embeddings: "lazy" },
  { model: "sasrec", embeddings: "exact" },
];
const bundles = temporaryFolder();
const bundleOf = (run: { model: string; embeddings: string }) =>
  join(bundles, `${run.model}-${run.embeddings}`);
const [clicks, sequences] = [bundleOf(runs[0]!), bundleOf(runs[2]!)];
const trained: { rows: Row[]; stderr: string }[] = [];

beforeAll(async () => {
  for (const run of runs) {
    const { model, embeddings } = run;
    const given = ["--epochs", "2", "--embeddings", embeddings, "--out", bundleOf(run), "--json"];
    const { code, stdout, stderr } = await heed(["train", model, ...sample, ...given], env);
    expect(code, stderr).toBe(0);
    trained.push({ rows: JSON.parse(stdout) as Row[], stderr });
  }
}, 120_000);

describe("heed train and heed evaluate", () => {
  test.each(runs.map((run, i) => ({ ...run, i })))(
    "evaluating the bundle of $model ($embeddings) prints the figures that training printed",
    async ({ i, model, embeddings }) => {
      const out = bundleOf(runs[i]!);
      const { rows, stderr } = trained[i]!;
      expect(stderr).toMatch(new RegExp(`embeddings: ${embeddings} [\\s\\S]*epoch 2: loss`));
      const row = rows[0]!;
      expect(row).toMatchObject({ kind: "seed", model, seed: 1, epochs: 2, bundle: out });
      const [evaluated] = await rowsOf("evaluate", out, ...sample);
      expect(evaluated!.test).toEqual(row.test);
      for (const { value, low, high } of Object.values(row.test)) {
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }
      const { metrics, data, settings } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
      const figure = model === "sasrec" ? "ndcg@10" : "auc";
      expect(metrics[`test ${figure}`]).toEqual(row.test[figure]);
      expect(data.name).toBe("movietweetings-100k");
      expect(data.fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(settings).toMatchObject({ learningRate: 1e-3, epochs: 2 });
    },
  );

  test("several seeds give a line each, their mean with its spread, and models without training beside them", async () => {
    const out = join(temporaryFolder(), "seeds");
    const rows = await rowsOf("train", "fm", ...sample, "--seeds", "3,4", "--epochs", "2", "--out", out);
    expect(rows.map(({ kind, model }) => [kind, model])).toEqual([
      ["seed", "fm"],
      ["seed", "fm"],
      ["mean", "fm"],
      ["baseline", "click-rate"],
    ]);
    const [a, b, mean, rate] = rows;
    expect([a!.bundle, b!.bundle]).toEqual([join(out, "seed-3"), join(out, "seed-4")]);
    expect(mean!.seeds).toEqual([3, 4]);
    const [x, y] = [a!.test.auc!.value, b!.test.auc!.value];
    expect(x).not.toBe(y);
    expect(mean!.test.auc!.value).toBeCloseTo((x + y) / 2, 12);
    expect(mean!.test.auc!.deviation).toBeCloseTo(Math.abs(x - y) / Math.SQRT2, 12);
    expect(rate!.test.auc!.value).toBe(0.5);
    const [evaluated] = await rowsOf("evaluate", join(out, "seed-4"), ...sample);
    expect(evaluated!.test).toEqual(b!.test);
  });

  test("models without training stand beside a sequence model; --no-baselines leaves them out", async () => {
    const { rows } = trained[2]!;
    const baselines = rows.filter(({ kind }) => kind === "baseline").map(({ model }) => model);
    expect(baselines).toEqual(["popular", "item-knn", "item-knn-recency", "markov", "markov-train"]);
    const again = await rowsOf("train", "sasrec", ...sample, "--epochs", "2", "--no-baselines");
    // Same seed, same figures to the last digit.
    const figures = ({ test, validation }: Row) => ({ test, validation });
    expect(again.map(figures)).toEqual(rows.slice(0, 1).map(figures));
  });

  test("--k chooses the cut-offs, and a table for people is the default", async () => {
    const [row] = await rowsOf("evaluate", sequences, ...sample, "--k", "1,5");
    expect(Object.keys(row!.test)).toEqual(
      [1, 5].flatMap((k) => [`hr@${k}`, `ndcg@${k}`, `mrr@${k}`, `recall@${k}`]),
    );
    expect(row!.test["hr@1"]!.value).toBe(row!.test["ndcg@1"]!.value);
    const { stdout } = await heed(["evaluate", sequences, ...sample], env);
    expect(stdout).toMatch(/^model +data +seed +test hr@10 .*\nsasrec .*0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]/);
  });
});

describe("a bundle that does not fit the data", () => {
  async function refused(args: string[], data: Record<string, string> = env): Promise<string> {
    const { code, stdout, stderr } = await heed(["evaluate", ...args], data);
    expect([code, stdout]).toEqual([1, ""]);
    return stderr;
  }

  test("other rows of the same source: its vocabulary differs, and the message says where", async () => {
    const other = { HEED_DATA: sampleOf(3000) };
    expect(await refused([clicks, ...sample], other)).toMatch(
      /does not fit movietweetings-100k: its vocabulary of "user" has \d+ tokens, the data's has \d+\n.*help: evaluate on the data it was trained on/,
    );
    expect(await refused([sequences, ...sample], other)).toMatch(/its vocabulary of "item" has/);
  });

  test("a data set of another kind", async () => {
    expect(await refused([clicks, "--data", "ml-1m-seq"])).toMatch(/there is no data set "ml-1m-seq" here/);
    expect(await refused([sequences, "--data", "frappe"])).toMatch(/there is no data set "frappe" here/);
  });

  test("a damaged bundle, and none at all", async () => {
    const copy = join(temporaryFolder(), "copy");
    cpSync(clicks, copy, { recursive: true });
    cpSync(join(sequences, "model.onnx"), join(copy, "model.onnx"));
    expect(await refused([copy, ...sample])).toMatch(/model\.onnx is (truncated|damaged)/);
    expect(await refused([join(copy, "nowhere"), ...sample])).toMatch(/there is no bundle .*nowhere/);
  });
});
