import { random } from "../core/random.js";
import { deepFM, sasRec, sequenceBatch } from "../models/index.js";
import { bceWithLogits, compile, input } from "../tensor/index.js";
import { createTrainer, type Feeds, type Trainable, type TrainerOptions } from "../train/index.js";

/** One measured line: `ratio` is the fraction of the bound reached; `peer` how many times faster than the peer. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  bound: string;
  ratio: number | null;
  peer: number | null;
}

/** The machine's own rate: a 1024^3 float32 product in ONNX Runtime, in GFLOP/s. */
async function matmulRate(): Promise<number> {
  const n = 1024;
  const program = await compile({ y: input("a", "float32", [n, n]).matmul(input("b", "float32", [n, n])) });
  const side = { data: new Float32Array(n * n).fill(0.5), shape: [n, n] };
  const seconds = await median(20, () => program.run({ a: side, b: side }));
  await program.release();
  return (2 * n ** 3) / seconds / 1e9;
}

/** Median seconds of a step, after three to warm up. */
async function median(steps: number, step: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 3; i++) await step();
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await step();
    times.push((performance.now() - start) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(steps / 2)]!;
}

const base: TrainerOptions = { seed: 1, optimizer: { kind: "adam" }, embeddings: "exact" };

async function stepSeconds(model: Trainable, feeds: Feeds, options = base) {
  const trainer = await createTrainer(model, options);
  const seconds = await median(15, () => trainer.step(feeds, 1e-3));
  const outside = 1 - trainer.timing.runtime / trainer.timing.total;
  await trainer.release();
  return { seconds, outside };
}

const mlp: Trainable = {
  name: "mlp",
  build(nn) {
    const logit = nn.mlp(input("x", "float32", ["batch", 624]), [400, 400, 400, 1]).squeeze(1);
    return { loss: bceWithLogits(logit, input("label", "float32", ["batch"])), outputs: { logit } };
  },
};

function mlpFeeds(batch: number): Feeds {
  const source = random(1, "bench", "mlp");
  return {
    x: { data: Float32Array.from({ length: batch * 624 }, () => source.normal()), shape: [batch, 624] },
    label: { data: Float32Array.from({ length: batch }, () => source.integer(2)), shape: [batch] },
  };
}

/** Ids of 39 fields over `rows` rows in all, Zipf(1.05) within each field, as in click logs. */
function zipfFeeds(rows: number, batch: number): { feeds: Feeds; fields: { name: string; size: number }[] } {
  const fields = Array.from({ length: 39 }, (_, f) => ({ name: `f${f}`, size: Math.floor(rows / 39) }));
  const source = random(1, "bench", "zipf");
  const size = fields[0]!.size;
  const cumulative = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    total += (i + 1) ** -1.05;
    cumulative[i] = total;
  }
  const draw = () => {
    const wanted = source.uniform() * total;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const data = Int32Array.from({ length: batch * 39 }, (_, i) => (i % 39) * size + draw());
  const label = Float32Array.from({ length: batch }, () => source.integer(2));
  return { feeds: { fields: { data, shape: [batch, 39] }, label: { data: label, shape: [batch] } }, fields };
}

/** The engine against its bound: whole training steps of the shapes named in the design. */
export async function benchEngine(report: (row: BenchRow) => void): Promise<void> {
  const rate = await matmulRate();
  report({ name: "matmul-1024", value: rate, unit: "GFLOP/s", bound: "itself", ratio: 1, peer: null });

  const step = await stepSeconds(mlp, mlpFeeds(4096));
  // The first layer's input takes no gradient: two products there, three in the others.
  const flops = 2 * 4096 * (2 * 624 * 400 + 3 * (2 * 400 * 400 + 400));
  report({
    name: "mlp-step",
    value: step.seconds * 1000,
    unit: "ms",
    bound: `matmul ${rate.toFixed(0)} GFLOP/s`,
    ratio: flops / step.seconds / 1e9 / rate,
    peer: null,
  });

  const [items, length, batch] = [3416, 50, 128];
  const source = random(1, "bench", "sasrec");
  const histories = Array.from({ length: batch }, () =>
    Int32Array.from({ length: length + 1 }, () => 1 + source.integer(items)),
  );
  const sasrec = await stepSeconds(
    sasRec.trainable({ items, length }, { dropout: 0 }),
    sequenceBatch(histories, length),
  );
  report({
    name: "sasrec-step",
    value: sasrec.seconds * 1000,
    unit: "ms",
    bound: "none",
    ratio: null,
    peer: null,
  });

  const criteo = zipfFeeds(1_000_000, 4096);
  const click = await stepSeconds(deepFM.trainable({ fields: criteo.fields }, { dim: 16 }), criteo.feeds, {
    ...base,
    embeddings: "lazy",
  });
  report({
    name: "deepfm-step",
    value: click.seconds * 1000,
    unit: "ms",
    bound: "time inside ONNX Runtime",
    ratio: 1 - click.outside,
    peer: null,
  });
}
