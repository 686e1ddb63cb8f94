import { random } from "../../core/random.js";
import { column, type Dataset, type SequenceColumn } from "../../data/index.js";
import { bySameTarget, historyFeed, type Prefixes, prefixesOf } from "../../models/index.js";
import { compile, contrast, input } from "../../tensor/index.js";
import type { Trainer } from "../../train/index.js";
import type { Estimates } from "../training/figures.js";

/** Pairs looked at, in batches of the size that training has. */
const [batchSize, most] = [256, 8];

/**
 * What ICSRec's states say of histories [cut to `length`] that lead to the same item: "cosine gained" is by how much nearer
 * they lie to each other than to random ones, "contrast gained" by how much the coarse contrast rises when each partner
 * is replaced by a history that leads to another item.
 */
export function sharedIntent(length: number) {
  return async (trainer: Trainer, training: Dataset): Promise<Estimates> => {
    const prefixes = prefixesOf(column(training, "items") as SequenceColumn, length);
    const trios = drawTrios(prefixes);
    const loss = await coarseLoss(trainer, prefixes);
    const sums = { cosine: 0, contrast: 0, batches: 0 };
    for (let first = 0; first + 2 <= trios.own.length; first += batchSize) {
      const part = (samples: Int32Array) => samples.subarray(first, first + batchSize);
      const [own, partner, other] = [part(trios.own), part(trios.partners), part(trios.others)];
      const near = await loss.of(own, partner);
      const far = await loss.of(own, other);
      sums.cosine += near.cosine - far.cosine;
      sums.contrast += far.loss - near.loss;
      sums.batches++;
    }
    await loss.release();
    return {
      "cosine gained": { value: sums.cosine / sums.batches },
      "contrast gained": { value: sums.contrast / sums.batches },
    };
  };
}

/** Samples, a partner of each with the same target, and one with another target. */
function drawTrios(prefixes: Prefixes): { own: Int32Array; partners: Int32Array; others: Int32Array } {
  const source = random(1, "shared-intent");
  const drawn = Int32Array.from({ length: 4 * batchSize * most }, () => source.integer(prefixes.size));
  const partners = bySameTarget(prefixes).partners(drawn, { pairing: "uniform", seed: 1, epoch: 0 });
  const kept = [...drawn.keys()].filter((i) => partners[i] !== drawn[i]).slice(0, batchSize * most);
  const own = Int32Array.from(kept, (i) => drawn[i]!);
  const others = own.map((sample, i) => {
    const from = [...own.keys()].map((step) => own[(i + 1 + step) % own.length]!);
    return from.find((other) => prefixes.target(other) !== prefixes.target(sample)) ?? sample;
  });
  return { own, partners: Int32Array.from(kept, (i) => partners[i]!), others };
}

/** The coarse contrast and the mean cosine of pairs of samples, as the trained network sees them. */
async function coarseLoss(trainer: Trainer, prefixes: Prefixes) {
  const length = prefixes.length;
  let program: Awaited<ReturnType<typeof compile>> | undefined;

  async function statesOf(samples: Int32Array) {
    const { state } = await trainer.probe(historyFeed(Array.from(samples, prefixes.input), length));
    return { data: Float32Array.from(state!.data as Float32Array), shape: state!.shape };
  }

  return {
    async of(own: Int32Array, partners: Int32Array): Promise<{ loss: number; cosine: number }> {
      const [first, second] = [await statesOf(own), await statesOf(partners)];
      program ??= await compile(pairGraph(first.shape[1]!));
      const labels = { data: own.map(prefixes.target), shape: [own.length] };
      const { loss, cosine } = await program.run({ first, second, labels });
      return { loss: Number(loss!.data[0]), cosine: Number(cosine!.data[0]) };
    },
    release: async () => program?.release(),
  };
}

function pairGraph(dim: number) {
  const first = input("first", "float32", ["batch", dim]);
  const second = input("second", "float32", ["batch", dim]);
  const labels = input("labels", "int32", ["batch"]);
  return {
    loss: contrast(first, second, { labels }),
    cosine: first.l2Normalize().mul(second.l2Normalize()).sum(-1).mean(),
  };
}
