import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadBundle, saveBundle } from "../../../src/bundles/index.js";
import { HeedError } from "../../../src/core/errors.js";
import { openThreaded } from "../../../src/serve/runtime/threaded-bundle.js";
import { input, type TensorData, writeOnnx } from "../../../src/tensor/index.js";
import { temporaryFolder } from "../../support/cli.js";

/** A bundle whose graph adds up a row of a table and what it is fed. */
async function savedBundle(): Promise<string> {
  const folder = join(temporaryFolder(), "bundle");
  const x = input("x", "float32", ["batch", 1]);
  const rows = input("rows", "float32", ["batch", 1, 2]);
  await saveBundle(folder, {
    description: {
      kind: "ctr",
      model: "sums",
      seed: 1,
      embeddings: "lazy",
      settings: {},
      data: { name: "none", fingerprint: "" },
      metrics: {},
      fields: ["a"],
    },
    graph: writeOnnx({ y: x.add(rows.sum([1, 2]).unsqueeze(1)) }, {}),
    vocabularies: { a: ["one", "two"] },
    tables: [{ name: "rows", ids: "ids", rows: 3, dim: 2, values: [Float32Array.of(0, 0, 10, 1, 20, 2)] }],
  });
  return folder;
}

const numbers = (value: { data: TensorData }) => Array.from(value.data as Float32Array);

const feeds = (values: number[], ids: number[]) => ({
  x: { data: Float32Array.from(values), shape: [values.length, 1] },
  ids: { data: Int32Array.from(ids), shape: [ids.length, 1] },
});

describe("a bundle in a thread", () => {
  test("answers what the bundle answers here, and results outlive the next run", async () => {
    const folder = await savedBundle();
    const [here, there] = [await loadBundle(folder), await openThreaded(folder)];
    expect(there.manifest).toEqual(here.manifest);
    expect(there.vocabularies).toEqual(here.vocabularies);
    const many = Array.from({ length: 20 }, (_, i) => feeds([i, i + 0.5], [i % 3, 2]));
    const answers = await Promise.all(many.map((each) => there.run(each)));
    for (const [i, { y }] of answers.entries()) {
      expect(numbers(y!)).toEqual([i + [0, 11, 22][i % 3]!, i + 22.5]);
      expect(y).toEqual((await here.run(many[i]!)).y);
    }
    await Promise.all([here.release(), there.release()]);
  });

  test("an error comes over with its code and remedy, and the next run works", async () => {
    const there = await openThreaded(await savedBundle());
    const refused = there.run(feeds([1], [7]));
    await expect(refused).rejects.toBeInstanceOf(HeedError);
    await expect(refused).rejects.toMatchObject({
      code: "row",
      message: expect.stringMatching(/^row 7 of table "rows"\n {2}help: ids run from 0 to 2;[^\n]*$/),
    });
    expect(numbers((await there.run(feeds([1], [1]))).y!)).toEqual([12]);
    await there.release();
  });

  test("what cannot be opened says why; what was released says so", async () => {
    await expect(openThreaded(join(temporaryFolder(), "nothing"))).rejects.toMatchObject({ code: "bundle" });
    const there = await openThreaded(await savedBundle());
    await there.release();
    await there.release();
    await expect(there.run(feeds([1], [1]))).rejects.toMatchObject({ code: "released" });
  });

  test("what runs when it is released is answered first", async () => {
    const there = await openThreaded(await savedBundle());
    const last = there.run(feeds([1], [1]));
    await there.release();
    expect(numbers((await last).y!)).toEqual([12]);
  });
});
