import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type FitOptions, fit, type Trainable, watchMetric, weights } from "../../src/train/index.js";
import { toyClicks } from "../support/toy.js";

const folder = () => mkdtempSync(join(tmpdir(), "heed-fit-"));

async function finalWeights(model: Trainable, options: FitOptions): Promise<Record<string, number[]>> {
  const { trainer } = await fit(model, options).finish();
  const found = Object.fromEntries(
    Object.entries(weights(trainer.state)).map(([name, data]) => [name, [...data]]),
  );
  await trainer.release();
  return found;
}

describe("training", () => {
  test("the loss falls, and the same seed gives the same weights to the last bit", async () => {
    const { model, options } = toyClicks();
    const { history, trainer } = await fit(model, { ...options, epochs: 12 }).finish();
    await trainer.release();
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss);
    const once = await finalWeights(model, options);
    expect(await finalWeights(model, options)).toEqual(once);
    expect(await finalWeights(model, { ...options, seed: 4 })).not.toEqual(once);
  });

  test.each(["exact", "lazy"] as const)(
    "a run broken off in mid-epoch resumes to the weights of an uninterrupted one (%s)",
    async (embeddings) => {
      const { model, options } = toyClicks();
      const whole = await finalWeights(model, { ...options, embeddings });
      const checkpoint = { folder: folder(), everySteps: 1 };
      let steps = 0;
      for await (const progress of fit(model, { ...options, embeddings, checkpoint })) {
        if (progress.kind === "step" && ++steps === 6) break;
      }
      expect(await finalWeights(model, { ...options, embeddings, checkpoint })).toEqual(whole);
    },
  );

  test("an aborted run saves where it was and says how to go on", async () => {
    const { model, options } = toyClicks();
    const checkpoint = { folder: folder() };
    const stop = new AbortController();
    const run = fit(model, { ...options, checkpoint, signal: stop.signal });
    for await (const progress of run) if (progress.kind === "step" && progress.step === 5) stop.abort();
    await expect(run.finish()).rejects.toThrow(/same checkpoint folder to resume/);
    expect(await finalWeights(model, { ...options, checkpoint })).toEqual(await finalWeights(model, options));
  });

  test("a NaN loss names the step and the remedy", async () => {
    const { model, options } = toyClicks();
    const poisoned: FitOptions = {
      ...options,
      *batches(epoch) {
        for (const feeds of options.batches(epoch)) {
          (feeds.label!.data as Float32Array).fill(Number.NaN);
          yield feeds;
        }
      },
    };
    await expect(fit(model, poisoned).finish()).rejects.toThrow(
      /loss is NaN at step 1[\s\S]*help: look for NaN/,
    );
  });

  test("an empty data set is an error, not an empty success", async () => {
    const { model, options } = toyClicks();
    await expect(fit(model, { ...options, batches: () => [] }).finish()).rejects.toThrow(/no batches/);
  });

  test("a truncated or foreign checkpoint is refused and left as it is", async () => {
    const { model, options } = toyClicks();
    const checkpoint = { folder: folder() };
    await finalWeights(model, { ...options, checkpoint });
    const path = join(checkpoint.folder, "checkpoint.bin");
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - 10));
    await expect(fit(model, { ...options, checkpoint }).finish()).rejects.toThrow(/truncated/);
    writeFileSync(path, "something else entirely");
    await expect(fit(model, { ...options, checkpoint }).finish()).rejects.toThrow(/is not a/);
    expect(readFileSync(path, "utf8")).toBe("something else entirely");
  });
});

describe("the plateau rule of the BARS protocol", () => {
  test("0.5, 0.6, 0.6, 0.59: the rate is cut after evaluations 3 and 4, training stops, 2 was best", () => {
    const rule = {
      monitor: { metric: "auc", mode: "max" },
      plateau: { factor: 0.1, minimum: 1e-6 },
      patience: 2,
    } as const;
    const start = { best: null as number | null, bestEpoch: 0, bad: 0, rate: 1e-3, stopped: false };
    const rates: number[] = [];
    const end = [0.5, 0.6, 0.6, 0.59].reduce((watch, auc, i) => {
      const next = watchMetric(watch, { auc }, i + 1, rule);
      rates.push(Number(next.rate.toPrecision(3)));
      return next;
    }, start);
    expect(rates).toEqual([1e-3, 1e-3, 1e-4, 1e-5]);
    expect(end).toMatchObject({ stopped: true, bestEpoch: 2, best: 0.6 });
  });
});
