import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { describe, expect, test, vi } from "vitest";
import {
  type FitOptions,
  fit,
  type Schedule,
  scheduleFactor,
  type Trainable,
  watchMetric,
  weights,
} from "../../src/train/index.js";
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

  test("batches that ask the network resume from the start of their epoch, to the same weights", async () => {
    const { model, options } = toyClicks();
    const probed: Trainable = {
      name: model.name,
      build(nn) {
        const built = model.build(nn);
        return { ...built, probes: { twice: built.outputs.probability!.mul(2) } };
      },
    };
    const asking: FitOptions = {
      ...options,
      // What the network says at the start of the epoch becomes the labels of all its batches.
      async *batches(epoch, network) {
        const given = [...options.batches(epoch)];
        const said: Float32Array[] = [];
        for (const feeds of given) {
          const { twice } = await network.probe(feeds);
          said.push(Float32Array.from(twice!.data, Number));
        }
        for (const [i, feeds] of given.entries()) {
          const label = Float32Array.from(
            feeds.label!.data as Float32Array,
            (y, at) => (y + said[i]![at]!) / 3,
          );
          yield { ...feeds, label: { ...feeds.label!, data: label } };
        }
      },
    };
    const whole = await finalWeights(probed, asking);
    expect(await finalWeights(probed, options)).not.toEqual(whole);
    for (const stopAt of [2, 6]) {
      const checkpoint = { folder: folder(), everySteps: 1 };
      let steps = 0;
      for await (const progress of fit(probed, { ...asking, checkpoint })) {
        if (progress.kind === "step" && ++steps === stopAt) break;
      }
      expect(await finalWeights(probed, { ...asking, checkpoint })).toEqual(whole);
    }
  });

  test("probing a model without probes says so", async () => {
    const { model, options } = toyClicks();
    const asking: FitOptions = {
      ...options,
      async *batches(epoch, network) {
        for (const feeds of options.batches(epoch)) {
          await network.probe(feeds);
          yield feeds;
        }
      },
    };
    await expect(fit(model, asking).finish()).rejects.toThrow(/has no probes/);
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

/** Metrics as a list gives them, one an evaluation; the list runs out with the last. */
function scripted(values: readonly number[]): NonNullable<FitOptions["metrics"]> {
  let evaluation = 0;
  return async () => ({ auc: values[Math.min(evaluation++, values.length - 1)]! });
}

const watching = {
  monitor: { metric: "auc", mode: "max" },
  plateau: { factor: 0.1, minimum: 1e-6 },
  patience: 2,
} as const;

describe("with a metric to watch", () => {
  test("0.5, 0.6, 0.6, 0.59: the rate falls twice, training stops, and the weights of epoch 2 come back", async () => {
    const { model, options } = toyClicks();
    const second = await finalWeights(model, { ...options, epochs: 2 });
    const metrics = scripted([0.5, 0.6, 0.6, 0.59]);
    const { trainer, history, bestEpoch } = await fit(model, {
      ...options,
      ...watching,
      epochs: 20,
      metrics,
    }).finish();
    expect(bestEpoch).toBe(2);
    expect(history.map(({ improved, stopped }) => [improved, stopped])).toEqual([
      [true, false],
      [true, false],
      [false, false],
      [false, true],
    ]);
    expect(history.map(({ learningRate }) => learningRate)).toEqual([0.01, 0.01, 0.01, 0.001]);
    const found = Object.fromEntries(
      Object.entries(weights(trainer.state)).map(([name, data]) => [name, [...data]]),
    );
    expect(found).toEqual(second);
    await trainer.release();
  });

  test("a run that stopped early, called again, trains no more and gives the same best weights and history", async () => {
    const { model, options } = toyClicks();
    const checkpoint = { folder: folder() };
    const run = () =>
      fit(model, {
        ...options,
        ...watching,
        epochs: 20,
        metrics: scripted([0.5, 0.6, 0.6, 0.59]),
        checkpoint,
      });
    const first = await run().finish();
    const steps: number[] = [];
    const again = run();
    for await (const progress of again) if (progress.kind === "step") steps.push(progress.step);
    const second = await again.finish();
    expect(steps).toEqual([]);
    expect(second.history).toEqual(first.history);
    expect(weights(second.trainer.state)).toEqual(weights(first.trainer.state));
    await first.trainer.release();
    await second.trainer.release();
  });

  test("metrics that are no number survive a checkpoint as they are", async () => {
    const { model, options } = toyClicks();
    const checkpoint = { folder: folder() };
    const odd = { auc: 0.5, other: Number.NaN, more: -Infinity };
    const run = () =>
      fit(model, { ...options, epochs: 1, checkpoint, metrics: async () => odd, monitor: watching.monitor });
    for (const { trainer, history } of [await run().finish(), await run().finish()]) {
      expect(history[0]!.metrics).toEqual(odd);
      await trainer.release();
    }
  });

  test.each([
    ["NaN", { auc: Number.NaN }, /monitored metric "auc" is NaN\n.*metrics returned: auc/],
    ["missing", { loss: 1 }, /monitored metric "auc" is missing\n.*metrics returned: loss/],
  ])("one that is %s is named", async (_, metrics, message) => {
    const { model, options } = toyClicks();
    const found: Record<string, number> = metrics;
    const run = fit(model, { ...options, monitor: watching.monitor, metrics: async () => found });
    await expect(run.finish()).rejects.toThrow(message);
  });
});

describe("a checkpoint of other settings is refused by their name", () => {
  test.each<[string, Partial<FitOptions>, RegExp]>([
    ["seed", { seed: 9 }, /made with seed 3, this run has 9\n.*another checkpoint folder/],
    ["embeddings", { embeddings: "lazy" }, /made with embeddings exact, this run has lazy/],
    ["optimizer", { optimizer: { kind: "adagrad" } }, /made with optimizer \{"kind":"adam"\}/],
    ["learning rate", { learningRate: 0.5 }, /made with learningRate 0.01, this run has 0.5/],
    ["penalty", { penalty: { embedding: 1 } }, /made with penalty/],
    ["clipping", { clipNorm: 1 }, /made with clipNorm 10, this run has 1/],
    ["schedule", { schedule: { kind: "warmup", steps: 5 } }, /made with schedule undefined/],
  ])("%s", async (_, change, message) => {
    const { model, options } = toyClicks();
    const checkpoint = { folder: folder() };
    await finalWeights(model, { ...options, epochs: 1, checkpoint });
    const run = fit(model, { ...options, epochs: 2, checkpoint, ...change });
    await expect(run.finish()).rejects.toThrow(message);
  });

  test("more epochs are not other settings: the run goes on where it ended", async () => {
    const { model, options } = toyClicks();
    const checkpoint = { folder: folder() };
    await finalWeights(model, { ...options, epochs: 2, checkpoint });
    expect(await finalWeights(model, { ...options, checkpoint })).toEqual(await finalWeights(model, options));
  });
});

describe("an option that cannot be meant is refused by name, before anything runs", () => {
  const watched: Partial<FitOptions> = { ...watching, metrics: async () => ({ auc: 1 }) };
  test.each<[string, Record<string, unknown>]>([
    ["epochs", { epochs: 0 }],
    ["epochs", { epochs: undefined }],
    ["learningRate", { learningRate: -1 }],
    ["learningRate", { learningRate: Number.NaN }],
    ["seed", { seed: 0.5 }],
    ["clipNorm", { clipNorm: 0 }],
    ["penalty.embedding", { penalty: { embedding: -1 } }],
    ["penalty.network", { penalty: { network: Number.NaN } }],
    ["patience", { ...watched, patience: 0 }],
    ["monitor.mode", { ...watched, monitor: { metric: "auc", mode: "up" } }],
    ["monitor.mode", { ...watched, monitor: { metric: "auc" } }],
    ["monitor", { ...watched, metrics: undefined }],
    ["monitor", { patience: 2 }],
    ["plateau.factor", { ...watched, plateau: { factor: 2 } }],
    ["plateau.patience", { ...watched, plateau: { factor: 0.1, patience: 0 } }],
    ["checkpoint.everySteps", { checkpoint: { folder: "/nowhere", everySteps: 0 } }],
    ["maximumSeconds", { maximumSeconds: -1 }],
    ["schedule.steps", { schedule: { kind: "warmup", steps: 0 } }],
    ["schedule.total", { schedule: { kind: "cosine", total: 1.5 } }],
    ["schedule.every", { schedule: { kind: "step", every: 0, factor: 0.5 } }],
    ["schedule.factor", { schedule: { kind: "step", every: 5, factor: 0 } }],
  ])("%s: %j", async (field, change) => {
    const { model, options } = toyClicks();
    const changed = { ...options, ...change } as FitOptions;
    await expect(fit(model, changed).finish()).rejects.toThrow(`fit(deepfm): ${field} is`);
  });
});

describe("learning-rate schedules", () => {
  const factors = (schedule: Schedule, steps: number) =>
    Array.from({ length: steps }, (_, i) => scheduleFactor(schedule, i + 1));

  test.each<[string, Schedule, number[]]>([
    ["constant", { kind: "constant" }, [1, 1, 1]],
    ["warm-up", { kind: "warmup", steps: 4 }, [0.25, 0.5, 0.75, 1, 1]],
    ["steps", { kind: "step", every: 2, factor: 0.1 }, [1, 1, 0.1, 0.1, 0.01]],
    [
      "half a cosine",
      { kind: "cosine", total: 4 },
      [1, 2, 3, 4, 5].map((t) => (1 + Math.cos((Math.PI * Math.min(t, 4)) / 4)) / 2),
    ],
    [
      "a cosine with warm-up and a floor",
      { kind: "cosine", total: 6, warmup: 2, minimum: 0.2 },
      [0.5, 1, 0.2 + 0.4 * (1 + Math.SQRT1_2), 0.6, 0.2 + 0.4 * (1 - Math.SQRT1_2), 0.2, 0.2],
    ],
  ])("%s", (_, schedule, wanted) => {
    factors(schedule, wanted.length).forEach((factor, i) => {
      expect(factor).toBeCloseTo(wanted[i]!, 12);
    });
  });

  test("set the rate of each step", async () => {
    const { model, options } = toyClicks();
    const parameters = async (changed: FitOptions) => {
      const { trainer } = await fit(model, { ...changed, epochs: 1 }).finish();
      await trainer.release();
      return trainer.state.parameters;
    };
    const still: Schedule = { kind: "step", every: 1, factor: 1e-30 };
    const firstBatch: FitOptions = {
      ...options,
      batches: (epoch) => [...options.batches(epoch)].slice(0, 1),
    };
    expect(await parameters({ ...options, schedule: still })).toEqual(await parameters(firstBatch));
    expect(await parameters(options)).not.toEqual(await parameters(firstBatch));
  });
});

test("whatever breaks a run off, its sessions are released; a finished one keeps those of its trainer", async () => {
  const open = new Set<object>();
  const create = InferenceSession.create.bind(InferenceSession);
  const counted = async (...given: Parameters<typeof create>) => {
    const session = await create(...given);
    open.add(session);
    const release = session.release.bind(session);
    session.release = () => {
      open.delete(session);
      return release();
    };
    return session;
  };
  const spy = vi.spyOn(InferenceSession, "create").mockImplementation(counted as typeof create);
  const { model, options } = toyClicks();
  for await (const _ of fit(model, options)) break;
  expect(open.size).toBe(0);
  const failing = fit(model, { ...options, metrics: async () => Promise.reject(new Error("mine")) });
  await expect(failing.finish()).rejects.toThrow("mine");
  expect(open.size).toBe(0);
  const stop = new AbortController();
  stop.abort();
  await expect(fit(model, { ...options, signal: stop.signal }).finish()).rejects.toThrow(/was stopped/);
  expect(open.size).toBe(0);
  const { trainer } = await fit(model, { ...options, epochs: 1 }).finish();
  expect(open.size).toBe(1);
  await trainer.release();
  expect(open.size).toBe(0);
  spy.mockRestore();
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
