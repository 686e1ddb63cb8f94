import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { clickFields, distinctBatches, zipfBatches } from "../../src/cli/bench/click-batches.js";
import { deepFmFrappe } from "../../src/cli/bench/deepfm-frappe.js";
import { deepFmStep } from "../../src/cli/bench/deepfm-step.js";
import { mlpStepFlops, sasRecStepFlops } from "../../src/cli/bench/flops.js";
import { matmulPeer, matmulRow, matmulTimer } from "../../src/cli/bench/matmul.js";
import { mlp, mlpShape, mlpStep } from "../../src/cli/bench/mlp-step.js";
import { models } from "../../src/cli/bench/models.js";
import { findPeers, type Peers, startPeer } from "../../src/cli/bench/peers.js";
import { saveResults } from "../../src/cli/bench/results.js";
import { ml1mShape, sasRecMl1m } from "../../src/cli/bench/sasrec-ml1m.js";
import { sasRecShape, sasRecStep } from "../../src/cli/bench/sasrec-step.js";
import { startEqual } from "../../src/cli/bench/step-contest.js";
import { parametersOf } from "../../src/cli/bench/step-timer.js";
import type { Bench, BenchRow } from "../../src/cli/bench/suite.js";
import { tableGrowth } from "../../src/cli/bench/table-growth.js";
import { byTurns, median, medianQuotient } from "../../src/cli/bench/turns.js";
import { random } from "../../src/core/random.js";
import { deepFM, sasRec } from "../../src/models/index.js";
import { topological } from "../../src/tensor/autodiff.js";
import { gradients, layers, rootScope } from "../../src/tensor/index.js";
import { type Dimension, factors } from "../../src/tensor/shape.js";
import type { Trainable } from "../../src/train/index.js";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const peersFolder = fileURLToPath(new URL("../../bench/peers/", import.meta.url));
const temporary = () => mkdtempSync(join(tmpdir(), "heed-bench-test-"));

const torch = await findPeers(peersFolder);
const missing = "missing" in torch ? `: ${torch.missing}` : "";

function bench(peers: Peers | null): Bench & { said: string[] } {
  const said: string[] = [];
  return { rounds: 2, seconds: undefined, home: undefined, peers, say: (line) => said.push(line), said };
}

/** Small shapes of every kind, so that the whole mechanism runs in seconds. */
const click = { rows: 120, fields: 4, batch: 16, dim: 3, hidden: [8, 6] };
const sas = { batch: 4, length: 6, dim: 8, blocks: 2, items: 30 };

async function smallEngine(given: Bench): Promise<BenchRow[]> {
  const matmul = await matmulTimer(32);
  const peer = await matmulPeer(given, matmul);
  const steps = [
    await mlpStep(given, matmul, { batch: 32, sizes: [12, 8, 1] }),
    await sasRecStep(given, matmul, sas),
    ...(await deepFmStep(given, matmul, click)),
    await tableGrowth(given, { ...click, small: 80, large: 4000 }),
  ];
  await matmul.release();
  return [matmulRow(given, matmul, peer), ...steps];
}

const frappeHeader = "split,label,user,item,daytime,weekday,isweekend,homework,cost,weather,country,city\n";

/** A folder of data sets in the form of Frappe and of ML-1M, of a few rows. */
function smallData(): string {
  const source = random(5, "bench-test");
  const cells = () => Array.from({ length: 10 }, (_, f) => f * 5 + source.integer(5)).join();
  const part = (name: string, rows: number) =>
    Array.from({ length: rows }, (_, i) => `${name},${i % 2},${cells()}\n`).join("");
  const lengths = [9, 2, 30, 1, 12, 5, 8];
  const users = lengths.map((length, user) =>
    [user + 1, ...Array.from({ length }, () => 1 + source.integer(20))].join(" "),
  );
  const folder = temporary();
  const files = {
    "frappe/frappe_x1.csv.gz": frappeHeader + part("train", 60) + part("valid", 20) + part("test", 20),
    "ml-1m-seq/sequences.txt.gz": `${users.join("\n")}\n`,
    "ml-1m-seq/items.tsv.gz": "item_id\ttitle\tyear\n1\tA film\t1999\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), gzipSync(text));
  }
  return folder;
}

function expectContract(row: BenchRow) {
  expect(Object.keys(row)).toEqual(["name", "value", "unit", "bound", "ratio", "peer"]);
  expect(row.value).toBeGreaterThan(0);
  for (const figure of [row.ratio, row.peer]) if (figure !== null) expect(figure).toBeGreaterThan(0);
}

const names = [
  "matmul-32",
  "mlp-step",
  "sasrec-step",
  "deepfm-step",
  "deepfm-step-sparse-peer",
  "deepfm-step-outside",
  "table-growth",
];

describe("contestants take turns", () => {
  test("one after the other in every round; one that is absent has no figures", async () => {
    const order: string[] = [];
    const contestant = (name: string) => async () => order.push(name);
    const figures = await byTurns(2, { a: contestant("a"), b: undefined, c: contestant("c") });
    expect(order).toEqual(["a", "c", "a", "c"]);
    expect(figures).toEqual({ a: [1, 3], b: [], c: [2, 4] });
  });

  test("the quotient is of neighbours in time, so that a slow round does not change it", () => {
    expect(medianQuotient([20, 400, 20], [10, 200, 10])).toBe(2);
    expect(medianQuotient([], [10])).toBeNull();
    expect(median([4, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe("click data drawn at random", () => {
  const shape = fc.record({
    rows: fc.integer({ min: 60, max: 400 }),
    fields: fc.integer({ min: 1, max: 5 }),
    batch: fc.integer({ min: 1, max: 12 }),
  });
  const columns = (ids: ArrayLike<number>, fields: number) =>
    Array.from({ length: fields }, (_, f) => Array.from(ids).filter((_, i) => i % fields === f));

  test.each([
    ["Zipf", (given: typeof click) => zipfBatches(given, 1.05, random(1, "test"))],
    ["distinct", (given: typeof click) => distinctBatches(given, random(1, "test"))],
  ])("%s: each field keeps to its own rows, batches differ, and the same seed repeats them", (_, open) => {
    fc.assert(
      fc.property(shape, (given) => {
        const sizes = { ...click, ...given };
        const [next, again] = [open(sizes), open(sizes)];
        const size = clickFields(sizes)[0]!.size;
        const [first, second] = [next(), next()];
        expect([again(), again()]).toEqual([first, second]);
        columns(first.fields!.data as Int32Array, given.fields).forEach((ids, f) => {
          for (const id of ids) expect(Math.floor(id / size)).toBe(f);
        });
      }),
    );
  });

  test("distinct batches hold batch * fields different rows, and not the same ones each time", () => {
    const given = { rows: 4000, fields: 4, batch: 500 };
    const next = distinctBatches(given, random(1, "test"));
    const [first, second] = [next(), next()].map((feeds) => new Set(feeds.fields!.data as Int32Array));
    expect([first!.size, second!.size]).toEqual([2000, 2000]);
    // Two draws of half the rows share half of each: 1000, with a deviation of about 16.
    const shared = [...first!].filter((id) => second!.has(id)).length;
    expect(Math.abs(shared - 1000)).toBeLessThan(80);
  });

  test("Zipf draws come as often as the law has it", () => {
    const [size, exponent, draws] = [1000, 1.05, 40_000];
    const next = zipfBatches({ rows: size, fields: 1, batch: draws }, exponent, random(1, "test"));
    const ids = next().fields!.data as Int32Array;
    const norm = Array.from({ length: size }, (_, i) => (i + 1) ** -exponent).reduce((a, b) => a + b, 0);
    for (const id of [0, 1, 9]) {
      const expected = (id + 1) ** -exponent / norm;
      const deviation = Math.sqrt((expected * (1 - expected)) / draws);
      const share = ids.filter((drawn) => drawn === id).length / draws;
      expect(Math.abs(share - expected)).toBeLessThan(4 * deviation);
    }
  });
});

describe("floating-point operations are those of the graph's matrix products", () => {
  /** Counts two operations for each multiplication of every product in a training graph. */
  function counted(model: Trainable, lengths: Record<string, number>): number {
    const scope = rootScope({ training: true, seed: 1, embeddings: "exact" });
    const { loss } = model.build(layers(scope));
    const learned = scope.declared.parameters.map(({ tensor }) => tensor);
    const size = (dimension: Dimension) => {
      const { factor, symbols } = factors(dimension);
      return symbols.reduce((total, symbol) => total * lengths[symbol]!, factor);
    };
    return topological([loss, ...gradients(loss, learned)])
      .filter(({ node }) => node.op.name === "matmul")
      .reduce((total, { shape, node }) => {
        const { left } = node.attributes as { left: boolean };
        const inner = size(node.inputs[0]!.shape.at(left ? -2 : -1)!);
        return total + 2 * inner * shape.map(size).reduce((a, b) => a * b, 1);
      }, 0);
  }

  test("of the MLP's step", () => {
    const { batch, sizes } = mlpShape;
    expect(mlpStepFlops(batch, sizes, false)).toBe(counted(mlp(sizes), { batch }));
  });

  test("of SASRec's step, but for the row of padding", () => {
    const { batch, length, dim, blocks, items } = sasRecShape;
    const targets = 5000;
    const model = sasRec.trainable({ items, length }, { dim, blocks, dropout: 0 });
    const ratio = sasRecStepFlops({ ...sasRecShape, targets }) / counted(model, { batch, tokens: targets });
    expect(Math.abs(ratio - 1)).toBeLessThan(1e-3);
  });
});

describe("peer programs", () => {
  afterEach(() => vi.unstubAllEnvs());

  /** A program that answers each line as a peer does; Node stands in for Python. */
  function program(text: string): string {
    const path = join(temporary(), "program.mjs");
    writeFileSync(path, text);
    return path;
  }
  const answering = (answer: string) =>
    program(`console.log('{"name":"p","parameters":7}');
      process.stdin.on("data", () => { ${answer} });`);

  test("measure when they are told to, and end when they are stopped", async () => {
    const path = answering(`console.log('{"seconds":0.25}')`);
    const peer = await startPeer(process.execPath, path, []);
    expect([peer.parameters, await peer.turn(), await peer.turn("3")]).toEqual([7, 0.25, 0.25]);
    await peer.stop();
  });

  test("a crash is told with what the program said", async () => {
    const peer = await startPeer(process.execPath, answering(`throw new Error("out of memory")`), []);
    await expect(peer.turn()).rejects.toThrow(
      /program\.mjs ended with 1[\s\S]*out of memory[\s\S]*--no-peers/,
    );
    await expect(startPeer("/no/such/python", "x.py", [])).rejects.toThrow(/x\.py[\s\S]*ENOENT/);
  });

  test("an answer that is no figure is refused", async () => {
    for (const line of ["hello", '{"seconds":-1}', "{}"]) {
      const peer = await startPeer(process.execPath, answering(`console.log('${line}')`), []);
      await expect(peer.turn()).rejects.toThrow(`printed "${line}"`);
    }
  });

  test("a model of another size is not compared", async () => {
    const path = answering("");
    const about = { torch: "", blas: "", threads: 1 };
    const peers = { about, start: () => startPeer(process.execPath, path, []) };
    const model = deepFM.trainable({ fields: clickFields(click) }, { dim: 3, hidden: [8, 6] });
    const learned = 120 * 4 + (12 * 8 + 8) + (8 * 6 + 6) + (6 + 1);
    expect(parametersOf(model)).toBe(learned);
    await expect(startEqual(peers, model, "p.py", [])).rejects.toThrow(
      `deepfm learns ${learned} numbers, the peer program p.py 7`,
    );
  });

  test("without PyTorch, it says what to install", async () => {
    vi.stubEnv("HEED_PYTHON", process.execPath);
    const found = await findPeers(peersFolder);
    expect(found).toEqual({
      missing: expect.stringMatching(/cannot import torch.*python3-torch.*HEED_PYTHON/),
    });
    expect(await findPeers(temporary())).toEqual({ missing: expect.stringMatching(/checkout/) });
  });
});

describe("the engine's suite, in small", () => {
  test("without peers: every row, and nothing in their column", async () => {
    const given = bench(null);
    const rows = await smallEngine(given);
    expect(rows.map(({ name }) => name)).toEqual(names);
    for (const row of rows) {
      expectContract(row);
      expect(row.peer).toBeNull();
    }
    expect(given.said.join("\n")).toMatch(
      /mlp-step: .* ms, .* of matmul \d+ GFLOP\/s \(2 rounds within \d+ %\)/,
    );
  });

  test("the time outside ONNX Runtime is the rest of the time inside", async () => {
    const rows = new Map((await smallEngine(bench(null))).map((row) => [row.name, row]));
    const inside = rows.get("deepfm-step")!.ratio!;
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThan(1);
    expect(rows.get("deepfm-step-outside")!.value).toBeCloseTo(100 * (1 - inside), 9);
    const growth = rows.get("table-growth")!;
    expect(growth.ratio).toBeCloseTo(1 / growth.value, 9);
  });

  test.skipIf(missing)(`with PyTorch${missing}: models of the same size, and the peer's column`, async () => {
    const rows = await smallEngine(bench(torch as Peers));
    rows.forEach(expectContract);
    const compared = rows.filter(({ peer }) => peer !== null).map(({ name }) => name);
    expect(compared).toEqual(names.slice(0, 5));
  });
});

describe("the models' suite, in small", () => {
  afterEach(() => vi.unstubAllEnvs());

  async function smallModels(given: Bench): Promise<BenchRow[]> {
    const folder = smallData();
    const matmul = await matmulTimer(32);
    const rows = [
      await deepFmFrappe(given, matmul, join(folder, "frappe")),
      await sasRecMl1m(given, matmul, join(folder, "ml-1m-seq"), {
        ...ml1mShape,
        batch: 2,
        length: 6,
        dim: 8,
      }),
    ];
    await matmul.release();
    return rows;
  }

  test("an epoch of each, without peers", async () => {
    const rows = await smallModels(bench(null));
    rows.forEach(expectContract);
    expect(rows.map(({ name, peer }) => [name, peer])).toEqual([
      ["deepfm-frappe-epoch", null],
      ["sasrec-ml1m-epoch", null],
    ]);
  });

  test.skipIf(missing)(`with PyTorch${missing}: models of the same size, and the peer's column`, async () => {
    for (const row of await smallModels(bench(torch as Peers))) {
      expectContract(row);
      expect(row.peer).not.toBeNull();
    }
  });

  test("a data set that is absent is left out, and why is told", async () => {
    vi.stubEnv("HEED_DATA", temporary());
    const given = bench(null);
    expect(await models(given)).toEqual([]);
    expect(given.said).toEqual([
      expect.stringMatching(/^left out: data set frappe is not in /),
      expect.stringMatching(/^left out: data set ml-1m-seq is not in /),
    ]);
  });
});

test("saved results hold the rows, the machine, the peer and the command, in one whole file", async () => {
  const folder = join(temporary(), "results");
  const row = { name: "a", value: 1, unit: "ms", bound: "none", ratio: null, peer: 2 };
  const about = { torch: "1", blas: "b", threads: 2 };
  const peers = { about, start: () => Promise.reject(new Error("not started")) };
  const path = await saveResults(folder, { suite: "engine", command: "npm run bench", peers, rows: [row] });
  expect(readdirSync(folder)).toEqual(["engine.json"]);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    suite: "engine",
    command: "npm run bench",
    date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    machine: {
      processor: expect.any(String),
      cores: expect.any(Number),
      memoryGiB: expect.any(Number),
      node: process.version,
      onnxruntime: expect.stringMatching(/^\d+\.\d+/),
    },
    peer: about,
    rows: [row],
  });
});

describe("the command", () => {
  function heed(...words: string[]) {
    const env = { ...process.env, HEED_DATA: temporary() };
    return spawnSync(process.execPath, [main, "bench", ...words], { encoding: "utf8", env });
  }

  test("an unknown suite names the known ones", () => {
    const { status, stderr } = heed("engin");
    expect(status).toBe(1);
    expect(stderr).toMatch(/no benchmark "engin"[\s\S]*did you mean "engine"\?.*engine, models/);
  });

  test("a wrong number of rounds is refused", () => {
    expect(heed("engine", "--rounds", "0").stderr).toMatch(/--rounds is "0"[\s\S]*whole number from 1/);
  });

  test("--json prints rows alone on stdout", () => {
    const { status, stdout, stderr } = heed("models", "--json", "--no-peers");
    expect([status, JSON.parse(stdout)]).toEqual([0, []]);
    expect(stderr).toMatch(/left out/);
  });
});
