import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

const root = new URL("..", import.meta.url).pathname;
const consumer = mkdtempSync(join(tmpdir(), "heed-consumer-"));
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The code blocks of the README in one language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    (match) => match[1]!,
  );
}

/** Packs what would be published and installs it beside the dependencies, as `npm install heed` does. */
function install(): void {
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", consumer], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const modules = join(consumer, "node_modules");
  mkdirSync(join(modules, "heed"), { recursive: true });
  execFileSync("tar", [
    "-xzf",
    join(consumer, filename),
    "-C",
    join(modules, "heed"),
    "--strip-components=1",
  ]);
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
}

/** Compiles files of the consumer with strict types, those of the package's own declarations included. */
function compile(files: Record<string, string>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(consumer, "src-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023"],
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    declaration: true,
    types: ["node"],
    skipLibCheck: false,
    rootDir: folder,
    outDir: join(folder, "out"),
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const { status, stdout } = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", folder], {
    encoding: "utf8",
  });
  return { status, output: stdout.replaceAll(folder, "") };
}

/** Compiles and runs one program; returns what it prints. */
function run(source: string): string {
  const folder = mkdtempSync(join(consumer, "run-"));
  const before = new Set(readdirSync(consumer));
  const { status, output } = compile({ "main.ts": source });
  expect(output).toBe("");
  expect(status).toBe(0);
  const built = readdirSync(consumer).find((name) => name.startsWith("src-") && !before.has(name))!;
  return execFileSync(process.execPath, [join(consumer, built, "out", "main.js")], {
    cwd: folder,
    encoding: "utf8",
  });
}

describe("the published package", () => {
  beforeAll(() => {
    writeFileSync(join(consumer, "package.json"), JSON.stringify({ type: "module" }));
    install();
  });

  test("lets a user write a model, train it, measure it and export it, with strict types", {
    timeout: 120_000,
  }, () => {
    const printed = run(`
      import { defineModel, fit, type FitOptions, HeedError, type Progress } from "heed";
      import { batches } from "heed/data";
      import { auc, bootstrap, type Interval } from "heed/evaluate";
      import { ctr, type Model, type Task } from "heed/models";
      import { bceWithLogits, input, type Layers, openProgram, type Tensor } from "heed/tensor";
      import { createTrainer, type Feeds, type Trainable } from "heed/train";

      /** A layer of the user's own. */
      function gate(nn: Layers, x: Tensor): Tensor {
        return x.mul(nn.linear(x, x.shape[1] as number).sigmoid());
      }

      export const gated = defineModel({
        name: "gated",
        task: ctr,
        options: { dim: 4, hidden: [8] },
        build({ fields, nn }, o) {
          const x = gate(nn, nn.embed(fields, o.dim).flatten(1));
          return { logit: nn.mlp(x, [...o.hidden, 1]).squeeze(1) };
        },
      });

      /** A task of the user's own. */
      interface Numbers { columns: number }
      const regression: Task<Numbers, { x: Tensor; y: Tensor }, { prediction: Tensor }> = {
        name: "regression",
        inputs: ({ columns }) => ({ x: input("x", "float32", ["batch", columns]), y: input("y", "float32", ["batch"]) }),
        finish: ({ prediction }, { y }) => ({ loss: prediction.sub(y).square().mean(), outputs: { prediction } }),
      };
      export const line: Model<Numbers, { bias: boolean }> = defineModel({
        name: "line", task: regression, options: { bias: true },
        build: ({ x, nn }, o) => ({ prediction: nn.linear(x, 1, { bias: o.bias }).squeeze(1) }),
      });

      const rows = 240;
      const ids = Int32Array.from({ length: rows * 2 }, (_, i) => (i % 2) * 3 + (Math.floor(i / 2) * (i % 2 ? 5 : 1)) % 3);
      const labels = Float32Array.from({ length: rows }, (_, i) => Number(ids[2 * i] === 0));
      const feeds = (chosen: Int32Array): Feeds => ({
        fields: { data: Int32Array.from([...chosen].flatMap((i) => [ids[2 * i]!, ids[2 * i + 1]!])), shape: [chosen.length, 2] },
        label: { data: Float32Array.from(chosen, (i) => labels[i]!), shape: [chosen.length] },
      });
      const model: Trainable = gated.trainable({ fields: [{ name: "a", size: 3 }, { name: "b", size: 3 }] }, { dim: 3 });
      const options: FitOptions = {
        seed: 1, optimizer: { kind: "adam" }, embeddings: "exact", epochs: 8, learningRate: 0.05,
        *batches(epoch) {
          for (const chosen of batches(rows, { batchSize: 40, seed: 1, epoch })) yield feeds(chosen);
        },
      };
      const run = fit(model, options);
      const epochs: number[] = [];
      for await (const progress of run as AsyncIterable<Progress>) if (progress.kind === "epoch") epochs.push(progress.loss);
      const { trainer } = await run.finish();
      const every = feeds(Int32Array.from({ length: rows }, (_, i) => i));
      const { probability } = await trainer.predict(every);
      const scores = Array.from(probability!.data, Number);
      const interval: Interval = bootstrap(scores);
      const program = await openProgram(trainer.exportOnnx());
      const served = await program.run({ fields: every.fields! });
      console.log(JSON.stringify({
        falls: epochs.at(-1)! < epochs[0]!,
        auc: auc(labels, scores),
        inside: interval.low <= interval.mean && interval.mean <= interval.high,
        served: Array.from(served.probability!.data, Number).every((value, i) => Math.abs(value - scores[i]!) < 1e-6),
      }));
      try {
        await createTrainer(gated.trainable({ fields: [] }), { seed: 1, optimizer: { kind: "sgd" }, embeddings: "exact" });
      } catch (error) {
        if (error instanceof HeedError) console.log(error.code, error.remedy);
      }
      const other = await createTrainer(line.trainable({ columns: 2 }), { seed: 1, optimizer: { kind: "sgd" }, embeddings: "exact" });
      console.log(typeof (await other.step({ x: { data: Float32Array.of(1, 2), shape: [1, 2] }, y: { data: Float32Array.of(1), shape: [1] } }, 0.1)));
      void bceWithLogits;
    `);
    const [figures, error, loss] = printed.trim().split("\n");
    expect(JSON.parse(figures!)).toEqual({ falls: true, auc: 1, inside: true, served: true });
    expect(error).toBe("empty give at least one field");
    expect(loss).toBe("number");
  });

  test("does not compile with a mistake, each told in its own line", () => {
    const training = "seed: 1, epochs: 1, learningRate: 1, batches: () => []";
    const sgd = 'optimizer: { kind: "sgd" }';
    const mistakes: [line: string, message: string][] = [
      ["deepFM.trainable({ fields: [] }, { dims: 3 });", "'dims' does not exist"],
      ['deepFM.trainable({ fields: [] }, { dim: "16" });', "'string' is not assignable to type 'number'"],
      ["deepFM.trainable({ items: 3, length: 4 });", "'items' does not exist"],
      [
        'defineModel({ name: "m", task: ctr, options: {}, build: ({ nn }) => ({ logit: nn.magic() }) });',
        "'magic' does not exist",
      ],
      [
        'defineModel({ name: "m", task: ctr, options: {}, build: ({ fields, nn }) => ({ logits: nn.embed(fields, 1) }) });',
        "'logit' is missing",
      ],
      [
        `fit(deepFM.trainable({ fields: [] }), { ${training}, embeddings: "exact", optimizer: { kind: "lion" } });`,
        '"lion"\' is not assignable',
      ],
      [`fit(deepFM.trainable({ fields: [] }), { ${training}, ${sgd} });`, "'embeddings' is missing"],
      [
        `fit(deepFM.trainable({ fields: [] }), { ${training}, ${sgd}, embeddings: "dense" });`,
        "'\"dense\"' is not assignable",
      ],
    ];
    const head = ['import { defineModel, fit } from "heed";', 'import { ctr, deepFM } from "heed/models";'];
    const { status, output } = compile({
      "wrong.ts": [...head, ...mistakes.map(([line]) => line)].join("\n"),
    });
    expect(status).not.toBe(0);
    mistakes.forEach(([line, message], i) => {
      const start = output.indexOf(`wrong.ts(${head.length + i + 1},`);
      expect(start, line).toBeGreaterThanOrEqual(0);
      const next = output.indexOf("wrong.ts(", start + 1);
      expect(output.slice(start, next < 0 ? undefined : next)).toContain(message);
    });
  });

  test("has nothing but its doors: a file inside cannot be imported", () => {
    const { status, output } = compile({ "inside.ts": 'import "heed/tensor/ops/reduce.js";\n' });
    expect([status === 0, output]).toEqual([false, expect.stringContaining("heed/tensor/ops/reduce.js")]);
  });
});

describe("the README", () => {
  const typescript = blocks("ts");

  test("has TypeScript that compiles and runs as it stands, and its model trains", () => {
    expect(typescript.length).toBeGreaterThan(0);
    for (const block of typescript) run(block);
    const model = typescript.find((block) => block.includes("defineModel"))!;
    const printed = run(`${model}
      import { createTrainer } from "heed/train";
      const fields = [{ name: "user", size: 3 }, { name: "item", size: 4 }];
      const trainer = await createTrainer(deepFM.trainable({ fields }, { hidden: [4] }), {
        seed: 1, optimizer: { kind: "adam" }, embeddings: "exact",
      });
      const loss = await trainer.step({
        fields: { data: Int32Array.of(0, 3, 2, 6), shape: [2, 2] }, label: { data: Float32Array.of(0, 1), shape: [2] },
      }, 0.01);
      console.log(loss.toFixed(2));
    `);
    expect(printed.trim()).toBe("0.69");
  });

  test("names only scripts and commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const shell = blocks("sh").join("\n");
    const named = [...shell.matchAll(/npm (?:run )?([a-z-]+)/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect([...Object.keys(scripts), "ci"]).toContain(name);
    const help = execFileSync(process.execPath, [join(root, "dist/cli/main.js"), "--help"], {
      encoding: "utf8",
    });
    for (const [, command] of readme.split("## Not there yet")[0]!.matchAll(/`heed ([a-z]+)/g)) {
      expect(help).toMatch(new RegExp(`^\\s+${command}\\b`, "m"));
    }
  });
});
