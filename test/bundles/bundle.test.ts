import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadBundle, saveBundle } from "../../src/bundles/index.js";
import { historyFeed, sasRec } from "../../src/models/index.js";
import { createTrainer } from "../../src/train/index.js";

async function saved() {
  const folder = join(mkdtempSync(join(tmpdir(), "heed-bundle-")), "sasrec");
  const model = sasRec.trainable({ items: 5, length: 4 }, { dim: 8 });
  const trainer = await createTrainer(model, { seed: 1, optimizer: { kind: "adam" }, embeddings: "exact" });
  const description = {
    model: "sasrec",
    length: 4,
    vocabulary: ["", "a", "b", "c", "d", "e"],
    metrics: { ndcg: 0.5 },
    dataFingerprint: "0",
  };
  await saveBundle(folder, trainer.exportOnnx(), description);
  return { folder, trainer };
}

const feeds = historyFeed([Int32Array.of(1, 2), Int32Array.of(3), Int32Array.of(1, 2, 3, 4, 5, 1)], 4);

describe("a bundle", () => {
  test("gives the scores of the model it was saved from, for any number of people at once", async () => {
    const { folder, trainer } = await saved();
    const wanted = [...((await trainer.predict(feeds)).scores!.data as Float32Array)];
    const { manifest, program } = await loadBundle(folder);
    const found = [...((await program.run(feeds)).scores!.data as Float32Array)];
    expect(manifest.vocabulary[2]).toBe("b");
    found.forEach((score, i) => {
      expect(score).toBeCloseTo(wanted[i]!, 5);
    });
  });

  test("a truncated model and a foreign folder are refused, with the remedy", async () => {
    const { folder } = await saved();
    const path = join(folder, "model.onnx");
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, 100));
    await expect(loadBundle(folder)).rejects.toThrow(/model.onnx is damaged[\s\S]*help: train again/);
    writeFileSync(join(folder, "manifest.json"), '{"format":"other"}');
    await expect(loadBundle(folder)).rejects.toThrow(/not a readable Heed bundle/);
    await expect(loadBundle(join(folder, "nowhere"))).rejects.toThrow(/not a readable Heed bundle/);
  });
});
