import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BundleContent,
  fieldEncoder,
  loadBundle,
  openPredictor,
  saveBundle,
} from "../../src/bundles/index.js";
import { clicksOf, fieldMatrix, importers } from "../../src/data/index.js";
import { deepFM, historyFeed, sasRec } from "../../src/models/index.js";
import { input, writeOnnx } from "../../src/tensor/index.js";
import { createTrainer, type Trainer } from "../../src/train/index.js";
import { temporaryFolder } from "../support/cli.js";

const said = {
  seed: 1,
  settings: { learningRate: 0.1 },
  data: { name: "toy", fingerprint: "0" },
  metrics: { "test auc": { value: 0.5, low: 0.4, high: 0.6 } },
};

async function savedSequence() {
  const folder = join(temporaryFolder(), "sasrec");
  const model = sasRec.trainable({ items: 5, length: 4 }, { dim: 8 });
  const trainer = await createTrainer(model, { seed: 1, optimizer: { kind: "adam" }, embeddings: "exact" });
  const content: BundleContent = {
    description: { kind: "sequence", model: "sasrec", length: 4, embeddings: "exact", ...said },
    graph: trainer.exportOnnx(),
    vocabularies: { item: ["a", "b", "c", "d", "e"] },
  };
  await saveBundle(folder, content);
  return { folder, trainer, content };
}

const fields = [
  { name: "user", size: 5 },
  { name: "item", size: 4 },
];
const vocabularies = { user: ["ann", "bob", "cleo"], item: ["x", "y"] };

async function savedClicks(embeddings: "exact" | "lazy", tableFileBytes?: number) {
  const folder = join(temporaryFolder(), "deepfm");
  const model = deepFM.trainable({ fields }, { dim: 3, hidden: [4], batchNorm: true });
  const trainer = await createTrainer(model, { seed: 2, optimizer: { kind: "adam" }, embeddings });
  const content: BundleContent = {
    description: {
      kind: "ctr",
      model: "deepfm",
      fields: fields.map(({ name }) => name),
      embeddings,
      ...said,
    },
    graph: trainer.exportOnnx(),
    vocabularies,
    tables: Object.values(trainer.state.tables),
  };
  await saveBundle(folder, content, tableFileBytes === undefined ? {} : { tableFileBytes });
  return { folder, trainer, content };
}

const histories = historyFeed([Int32Array.of(1, 2), Int32Array.of(3), Int32Array.of(1, 2, 3, 4, 5, 1)], 4);

async function outputOf(
  model: Pick<Trainer, "predict"> | { run: Trainer["predict"] },
  name: string,
  feeds = histories,
) {
  const predict = "predict" in model ? model.predict : model.run;
  return [...((await predict(feeds))[name]!.data as Float32Array)];
}

describe("a bundle of a sequence model", () => {
  test("gives the scores of the model it was saved from, for any number of people at once", async () => {
    const { folder, trainer } = await savedSequence();
    const wanted = await outputOf(trainer, "scores");
    const bundle = await loadBundle(folder);
    const found = await outputOf(bundle, "scores");
    expect(bundle.vocabularies.item![1]).toBe("b");
    expect(bundle.manifest).toMatchObject({ kind: "sequence", length: 4, ...said });
    found.forEach((score, i) => {
      expect(score).toBeCloseTo(wanted[i]!, 5);
    });
  });
});

describe.each(["exact", "lazy"] as const)("a bundle of a click model, %s tables", (embeddings) => {
  test("scores raw values as the model scores their ids; what training never saw has its own row", async () => {
    const { folder, trainer } = await savedClicks(embeddings);
    const bundle = await loadBundle(folder);
    const encode = fieldEncoder(["user", "item"], bundle.vocabularies);
    const rows = encode([{ user: "bob", item: "y" }, { user: "zoe", item: null }, { item: "x" }]);
    // User ids 0..4, item ids shifted by 5: missing 0, unknown last.
    expect([...rows.fields.data]).toEqual([2, 7, 4, 5, 0, 6]);
    const feeds = { ...rows, label: { data: new Float32Array(3), shape: [3] } };
    const wanted = await outputOf(trainer, "probability", feeds);
    const found = await outputOf(bundle, "probability", feeds);
    found.forEach((probability, i) => {
      expect(probability).toBeCloseTo(wanted[i]!, 6);
    });
    expect(() => encode([{ usr: "bob" }])).toThrow(/no field "usr"[\s\S]*did you mean "user"/);
  });
});

describe("raw values of real data", () => {
  test("are encoded as the data set encodes them", () => {
    const source = importers["movietweetings-100k"].load("assets/movietweetings");
    const clicks = clicksOf(source, 8);
    const names = clicks.fields.map(({ name }) => name);
    const { ids } = fieldMatrix(clicks.test, names);
    // The test part is the last tenth in time; rows of equal time keep their order.
    const order = [...source.time.keys()].sort((a, b) => source.time[a]! - source.time[b]! || a - b);
    const rows = order.slice(-clicks.test.length).map((i) => {
      const [item, date] = [source.item[i]!, new Date(source.time[i]! * 1000)];
      return {
        user: source.users[source.user[i]!]!,
        item: source.items[item]!,
        genres: source.genres[item]!.join("|") || null,
        year: source.titles[item]!.match(/\((\d{4})\)$/)?.[1],
        weekday: date.getUTCDay(),
        hour: date.getUTCHours(),
      };
    });
    expect(fieldEncoder(names, clicks.vocabularies)(rows).fields.data).toEqual(ids);
    const unseen = clicks.fields[0]!.size - 1;
    expect(ids.filter((id, i) => i % names.length === 0 && id === unseen).length).toBeGreaterThan(100);
  });
});

describe("tables outside the graph", () => {
  test("gather the same rows however the table is cut, in memory and in files", async () => {
    const ids = input("ids", "int32", ["batch"]);
    const rows = input("table", "float32", ["batch", 2]);
    const graph = writeOnnx({ y: rows.mul(1), same: ids.mul(1) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 60 }),
        async (shards, picks, tableFileBytes) => {
          const total = shards.reduce((a, b) => a + b);
          const whole = Float32Array.from({ length: total * 2 }, (_, i) => i);
          let start = 0;
          const values = shards.map((size) => {
            start += size;
            return whole.slice((start - size) * 2, start * 2);
          });
          const table = { name: "table", ids: "ids", rows: total, dim: 2, values };
          const wanted = picks.map((pick) => pick % total);
          const feeds = { ids: { data: Int32Array.from(wanted), shape: [wanted.length] } };
          const expected = wanted.flatMap((id) => [id * 2, id * 2 + 1]);
          const memory = await openPredictor(graph, [table]);
          expect(await outputOf(memory, "y", feeds)).toEqual(expected);
          await memory.release();
          const folder = join(temporaryFolder(), "cut");
          const description: BundleContent["description"] = {
            kind: "ctr",
            model: "cut",
            fields: ["a"],
            embeddings: "lazy",
            ...said,
          };
          await saveBundle(
            folder,
            { description, graph, vocabularies: {}, tables: [table] },
            { tableFileBytes },
          );
          const bundle = await loadBundle(folder);
          expect(await outputOf(bundle, "y", feeds)).toEqual(expected);
          await bundle.release();
        },
      ),
      { numRuns: 20 },
    );
  });

  test("refuse an id they do not have", async () => {
    const { folder } = await savedClicks("lazy");
    const bundle = await loadBundle(folder);
    const feeds = { fields: { data: Int32Array.of(0, 9), shape: [1, 2] } };
    await expect(bundle.run(feeds)).rejects.toThrow(/row 9 of table[\s\S]*ids run from 0 to 8/);
  });
});

/** Changes one file of a bundle. */
function edit(folder: string, name: string, change: (bytes: Buffer) => Uint8Array | string): void {
  writeFileSync(join(folder, name), change(readFileSync(join(folder, name))));
}

const flipped = (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  changed[changed.length >> 1]! ^= 1;
  return changed;
};

function manifestWith(changes: object) {
  return (bytes: Buffer) => JSON.stringify({ ...JSON.parse(bytes.toString()), ...changes });
}

describe("a bundle that is not whole is refused, with the file and the remedy", () => {
  const names = ["model.onnx", "vocabulary-0.json", "table-0-1.f32"];

  test.each(names)("%s truncated, changed, grown, missing", async (name) => {
    const { folder } = await savedClicks("lazy", 40);
    const spoiled = async (change: (copy: string) => void) => {
      const copy = join(temporaryFolder(), "copy");
      cpSync(folder, copy, { recursive: true });
      change(copy);
      return loadBundle(copy).then(
        () => "no error",
        (error: Error) => error.message,
      );
    };
    const help = `[\\s\\S]*help: train again, or restore the folder from a copy`;
    expect(await spoiled((copy) => edit(copy, name, (bytes) => bytes.subarray(0, 10)))).toMatch(
      new RegExp(`${name} is truncated: 10 bytes of \\d+${help}`),
    );
    expect(await spoiled((copy) => edit(copy, name, flipped))).toMatch(
      new RegExp(`${name} is damaged or not this bundle's: its checksum differs${help}`),
    );
    expect(await spoiled((copy) => edit(copy, name, (bytes) => Buffer.concat([bytes, bytes])))).toMatch(
      new RegExp(`${name} is damaged or not this bundle's: it has \\d+ bytes${help}`),
    );
    expect(await spoiled((copy) => rmSync(join(copy, name)))).toMatch(
      new RegExp(`${name} is missing${help}`),
    );
  });

  test.each([
    [
      "of a newer version",
      manifestWith({ format: "heed-bundle-3" }),
      /version 3, this Heed reads version 2\n.*upgrade/,
    ],
    [
      "of an older version",
      manifestWith({ format: "heed-bundle-1" }),
      /version 1, this Heed reads version 2\n.*train/,
    ],
    ["of something else", () => '{"format":"other"}', /manifest.json is not a Heed bundle's/],
    ["cut short", (bytes: Buffer) => bytes.subarray(0, 100), /manifest.json is truncated or not JSON/],
    ["of an unknown family", manifestWith({ kind: "poem" }), /manifest.json is not valid[\s\S]*kind/],
    ["with a wrong field", manifestWith({ fields: [] }), /manifest.json is not valid[\s\S]*fields/],
    [
      "that reaches outside its folder",
      manifestWith({ vocabularies: { user: "../elsewhere.json" } }),
      /manifest.json is not valid[\s\S]*plain file name/,
    ],
    [
      "that names a file it does not list",
      manifestWith({ files: {} }),
      /manifest.json does not list vocabulary-0/,
    ],
  ])("a manifest %s", async (_, change, message) => {
    const { folder } = await savedClicks("lazy");
    edit(folder, "manifest.json", change);
    await expect(loadBundle(folder)).rejects.toThrow(message);
  });

  test("a table whose rows the manifest counts otherwise", async () => {
    const { folder } = await savedClicks("lazy", 40);
    const { tables } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    edit(folder, "manifest.json", manifestWith({ tables: [{ ...tables[0], rows: 100 }, tables[1]] }));
    await expect(loadBundle(folder)).rejects.toThrow(/lists \d+ files for the 100 rows of table/);
  });

  test("a folder that is not there, and one that is no bundle", async () => {
    const folder = temporaryFolder();
    await expect(loadBundle(join(folder, "nowhere"))).rejects.toThrow(/there is no bundle .*nowhere/);
    await expect(loadBundle(folder)).rejects.toThrow(/holds no manifest.json[\s\S]*heed train --out/);
  });
});

describe("saving", () => {
  test("keeps the bundle before as .previous, and an error about the new one names it", async () => {
    const { folder, content } = await savedSequence();
    await saveBundle(folder, { ...content, description: { ...content.description, seed: 2 } });
    expect((await loadBundle(folder)).manifest.seed).toBe(2);
    expect((await loadBundle(`${folder}.previous`)).manifest.seed).toBe(1);
    edit(folder, "model.onnx", flipped);
    await expect(loadBundle(folder)).rejects.toThrow(/use the one before it: .*sasrec\.previous/);
  });

  test("cut off between its two renames leaves the bundle before, which is found", async () => {
    const { folder } = await savedSequence();
    renameSync(folder, `${folder}.previous`);
    expect((await loadBundle(`${folder}/`)).folder).toBe(`${folder}.previous`);
  });

  test("writes the same model file for the same weights", async () => {
    const [one, two] = [await savedClicks("lazy"), await savedClicks("lazy")];
    const filesOf = async (folder: string) => (await loadBundle(folder)).manifest.files;
    expect(await filesOf(one.folder)).toEqual(await filesOf(two.folder));
  });

  test("refuses to move away what is no bundle, and says when the place cannot be written", async () => {
    const { content } = await savedSequence();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "thesis.txt"), "years of work");
    await expect(saveBundle(folder, content)).rejects.toThrow(/holds files that are no bundle/);
    await expect(saveBundle(join(folder, "thesis.txt", "model"), content)).rejects.toThrow(
      /cannot be written/,
    );
    expect(readdirSync(folder)).toEqual(["thesis.txt"]);
  });

  test("clears away what a save of a dead process left", async () => {
    const { folder, content } = await savedSequence();
    const [dead, alive] = [`${folder}.999999999.tmp`, `${folder}.${process.ppid}.tmp`];
    for (const left of [dead, alive]) mkdirSync(left);
    await saveBundle(folder, content);
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  });
});
