import { HeedError } from "../../core/errors.js";
import { random, shuffle, streamKey } from "../../core/random.js";
import { batches } from "../../data/index.js";
import {
  type Initializer,
  input,
  type Layers,
  linearCrossEntropy,
  stack,
  type Tensor,
} from "../../tensor/index.js";
import { type Feeds, kMeans } from "../../train/index.js";
import type { Task } from "../model.js";
import { historyFeed } from "./batches.js";
import { postNormBlock } from "./encoder.js";
import { coarseContrast, fineContrast } from "./intent-contrast.js";
import { defineSequenceModel, type EpochBatches } from "./model.js";
import { epochSamples, type Prefixes, prefixesOf } from "./prefixes.js";
import { bySameTarget, type Pairing } from "./same-target.js";
import { catalogueOutputs, checkSequenceData, type SequenceData } from "./task.js";

interface Inputs {
  /** [batch, length], left-padded with 0. */
  history: Tensor;
  /** [batch, length]: another history that leads to the same item. */
  partner: Tensor;
  /** [batch], the item that follows. */
  target: Tensor;
  rows: number;
  length: number;
}

interface Result {
  /** [batch, dim], of each history's end. */
  state: Tensor;
  /** [items + 1, dim]; row 0 is padding and is never predicted. */
  table: Tensor;
  /** The weighted contrasts, in training. */
  contrasts: readonly Tensor[];
}

/** One target a sample, after its last item, and what contrasts with it. */
const intents: Task<SequenceData, Inputs, Result> = {
  name: "sequence",
  inputs(data) {
    checkSequenceData(data);
    const { items, length } = data;
    return {
      history: input("history", "int32", ["batch", length]),
      partner: input("partner", "int32", ["batch", length]),
      target: input("target", "int32", ["batch"]),
      rows: items + 1,
      length,
    };
  },
  finish({ state, table, contrasts }, { history, target }, data) {
    const predicted = linearCrossEntropy(state, table.slice(0, 1), target.sub(1));
    return {
      loss: contrasts.reduce((loss, part) => loss.add(part), predicted),
      outputs: catalogueOutputs(state, table, history, data),
      probes: { state },
    };
  },
};

const start: Initializer = { kind: "normal", deviation: 0.02 };
const epsilon = 1e-12;

/** The state of each history's last position, [rows, dim]: a causal post-norm transformer over learned positions. */
function encode(
  nn: Layers,
  history: Tensor,
  o: { rows: number; length: number; dim: number; blocks: number; heads: number; dropout: number },
): { state: Tensor; table: Tensor } {
  const table = nn.parameter("items", [o.rows, o.dim], start, "embedding");
  const padding = history.equal(0);
  const embedded = table.gather(history).add(nn.positions(o.length, o.dim));
  let x = nn.dropout(nn.layerNorm(embedded, epsilon), o.dropout);
  for (let i = 0; i < o.blocks; i++) {
    // Nothing but the last position is asked for, so that the last block works out no other.
    const queries = i === o.blocks - 1 ? x.slice(1, o.length - 1) : x;
    x = postNormBlock(
      nn.in(`block${i}`),
      queries,
      padding,
      { heads: o.heads, dropout: o.dropout, causal: true, initializer: start, epsilon },
      x,
    );
  }
  return { state: x.at(1, -1), table };
}

/**
 * ICSRec (Qin et al. 2024, arXiv:2310.14318): every prefix of a history is a sample; histories that lead to the same item
 * share an intent and are pulled together (coarse), and each is pulled to the centre of its cluster (fine). With `coarse`
 * and `fine` 0 it is SASRec on the same samples.
 */
export const icsRec = defineSequenceModel({
  name: "icsrec",
  task: intents,
  options: {
    dim: 64,
    blocks: 2,
    heads: 2,
    dropout: 0.5,
    /** Weights of the two contrasts, lambda and beta of the paper. */
    coarse: 0.3,
    fine: 0.1,
    temperature: 1,
    /** Whether samples of the same target, or cluster, are no negatives of each other. */
    masked: true,
    /** Which partner a history gets: "uniform" draws it anew every epoch, "last" takes the last one there is. */
    pairing: "uniform",
    /** Whether prediction and contrast share one pass over a history; apart, each has dropout of its own. */
    shared: false,
    /** Samples of each sequence in an epoch; 0 for all of them. */
    most: 0,
    clusters: 256,
    /** Samples that are clustered at the start of an epoch; 0 for all of them. */
    clustered: 0,
    iterations: 20,
    restarts: 5,
  },
  build({ history, partner, target, rows, length, nn }, o) {
    const contrasted = nn.scope.declared.training && (o.coarse > 0 || o.fine > 0);
    const passes = contrasted ? (o.shared ? [history, partner] : [history, history, partner]) : [history];
    const { state, table } = encode(nn, stack(passes, 1).reshape([-1, length]), { ...o, rows, length });
    const views = state.reshape(["batch", passes.length, o.dim]);
    const contrasts: Tensor[] = [];
    const [first, second] = [views.at(1, Math.max(0, passes.length - 2)), views.at(1, -1)];
    if (contrasted && o.coarse > 0) contrasts.push(coarseContrast(first, second, target, o).mul(o.coarse));
    if (contrasted && o.fine > 0) {
      const centroids = input("centroids", nn.scope.declared.dtype, [o.clusters, o.dim]);
      const both = fineContrast(first, centroids, o).add(fineContrast(second, centroids, o));
      contrasts.push(both.mul(o.fine));
    }
    return { state: views.at(1, 0), table, contrasts };
  },
  training(train, { length, batchSize, seed, options: o }): EpochBatches {
    checkWeights(o);
    const pairing = pairingOf(o.pairing);
    const prefixes = prefixesOf(train, length);
    const pairs = bySameTarget(prefixes);
    return async function* (epoch, network) {
      if (prefixes.size === 0) return;
      const centroids =
        o.fine > 0 ? await cluster(prefixes, network.probe, { ...o, length, seed, epoch }) : null;
      const samples = epochSamples(prefixes, { most: o.most > 0 ? o.most : undefined, seed, epoch });
      const partners = pairs.partners(samples, { pairing, seed, epoch });
      for (const chosen of batches(samples.length, { batchSize, seed, epoch })) {
        const own = chosen.map((i) => samples[i]!);
        const others = chosen.map((i) => partners[i]!);
        yield {
          ...sampleFeed(prefixes, own, length),
          partner: sampleFeed(prefixes, others, length).history!,
          target: { data: own.map(prefixes.target), shape: [own.length] },
          ...(centroids && { centroids: { data: centroids, shape: [o.clusters, o.dim] } }),
        };
      }
    };
  },
});

/** Refuses weights below 0, which would push apart what belongs together. */
function checkWeights(o: { coarse: number; fine: number }): void {
  for (const [name, value] of Object.entries({ coarse: o.coarse, fine: o.fine })) {
    if (value < 0)
      throw new HeedError("option", `icsrec: option "${name}" is ${value}`, "give a number from 0");
  }
}

function pairingOf(given: string): Pairing["pairing"] {
  if (given === "uniform" || given === "last") return given;
  throw new HeedError("option", `icsrec: option "pairing" is "${given}"`, 'give "uniform" or "last"');
}

function sampleFeed(prefixes: Prefixes, samples: Int32Array, length: number): Feeds {
  return historyFeed(Array.from(samples, prefixes.input), length);
}

/** Clusters the states of the samples, as the network without dropout gives them at the start of the epoch. */
async function cluster(
  prefixes: Prefixes,
  probe: (feeds: Feeds) => Promise<Feeds>,
  o: {
    dim: number;
    length: number;
    clusters: number;
    clustered: number;
    iterations: number;
    restarts: number;
    seed: number;
    epoch: number;
  },
): Promise<Float32Array> {
  const samples = Int32Array.from({ length: prefixes.size }, (_, sample) => sample);
  if (o.clustered > 0) shuffle(samples, random(o.seed, "clustered", o.epoch));
  const kept = o.clustered > 0 ? samples.subarray(0, o.clustered) : samples;
  const states = new Float32Array(kept.length * o.dim);
  for (let first = 0; first < kept.length; first += 512) {
    const { state } = await probe(sampleFeed(prefixes, kept.subarray(first, first + 512), o.length));
    states.set(state!.data as Float32Array, first * o.dim);
  }
  const { clusters, iterations, restarts } = o;
  const seed = streamKey(o.seed, "clusters", o.epoch);
  return (await kMeans(states, o.dim, { clusters, iterations, restarts, seed })).centroids;
}
