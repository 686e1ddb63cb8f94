import { HeedError } from "../../core/errors.js";
import { constant, input, type Layers, type Tensor } from "../../tensor/index.js";
import type { Trainable } from "../../train/index.js";

export interface CalibratorOptions {
  /** Positions of an account that are read. */
  length: number;
  /** Width of one position: the item's vector and the recommender's output vector, one behind the other. */
  width: number;
  /** Length of the text view of an account; null to learn without one. */
  view: number | null;
  blocks: number;
  heads: number;
  /** Width of the position-wise networks and of the scoring network. */
  hidden: number;
  dropout: number;
  /** Strength of the entropy term on accounts that are taken for genuine. */
  entropy: number;
  /** Strength of the pull towards the text view. */
  alignment: number;
}

export const calibratorDefaults = {
  blocks: 2,
  heads: 2,
  hidden: 128,
  dropout: 0.1,
  entropy: 0.5,
  alignment: 1,
} as const satisfies Partial<CalibratorOptions>;

/** The parts of the calibrator's loss, one row an account. */
export interface LossInputs {
  /** [batch], logits of being a fake. */
  logits: Tensor;
  /** [batch], 1 for known fakes, 0 for accounts taken for genuine. */
  labels: Tensor;
  /** Both [batch, width]: what the calibrator sees in the account, and its text view mapped to the same space. */
  aligned?: { seen: Tensor; told: Tensor; present: Tensor };
}

/**
 * mean(BCE + entropy * [label 0] * H(p)) - alignment * mean cosine. Rows without a text view (`present` 0) take no part
 * in the cosine.
 */
export function calibratorLoss(
  { logits, labels, aligned }: LossInputs,
  { entropy, alignment }: Pick<CalibratorOptions, "entropy" | "alignment">,
): Tensor {
  const losses = logits.softplus().sub(logits.mul(labels));
  const p = logits.sigmoid();
  const undecided = p.mul(logits.neg().softplus()).add(p.neg().add(1).mul(logits.softplus()));
  const decided = losses.add(undecided.mul(labels.neg().add(1)).mul(entropy)).mean();
  if (!aligned) return decided;
  return decided.sub(meanCosine(aligned).mul(alignment));
}

function meanCosine({ seen, told, present }: NonNullable<LossInputs["aligned"]>): Tensor {
  return cosines(seen, told).mul(present).sum().div(present.sum().maximum(1));
}

function cosines(a: Tensor, b: Tensor): Tensor {
  return a.l2Normalize().mul(b.l2Normalize()).sum(-1);
}

/**
 * Tells fakes from genuine accounts by what a recommender makes of them (LoRec, arXiv:2401.17723): a learned token before
 * the account's positions, two pre-norm transformer blocks, the token's output scored by a small network with batch
 * normalisation on its only logit. Padding is zeroed before each block, not masked.
 * Output: `scores` [batch], the probability of a fake,; probe, where there is a view: its
 * `cosines` [batch] with what the calibrator sees.
 */
export function calibrator(options: CalibratorOptions): Trainable {
  const { length, width, view, alignment } = options;
  for (const name of ["length", "width", "blocks", "heads", "hidden"] as const) {
    if (Number.isInteger(options[name]) && options[name] >= 1) continue;
    throw new HeedError("option", `calibrator: ${name} is ${options[name]}`, "give a whole number from 1");
  }
  return {
    name: "lorec-calibrator",
    build(nn) {
      const { dtype } = nn.scope.declared;
      const positions = input("account.positions", dtype, ["batch", length, width]);
      const known = input("account.known", dtype, ["batch", length]);
      const seen = accountVector(nn, positions, known, options);
      const logits = score(nn.in("score"), seen, options);
      const labels = input("account.labels", dtype, ["batch"]);
      const outputs = { scores: logits.sigmoid() };
      if (view === null || alignment === 0)
        return { loss: calibratorLoss({ logits, labels }, options), outputs };
      const told = nn
        .in("view")
        .linear(input("account.view", dtype, ["batch", view]), width)
        .gelu();
      const present = input("account.viewed", dtype, ["batch"]);
      return {
        loss: calibratorLoss({ logits, labels, aligned: { seen, told, present } }, options),
        outputs,
        probes: { cosines: cosines(seen, told) },
      };
    },
  };
}

function accountVector(nn: Layers, positions: Tensor, known: Tensor, o: CalibratorOptions): Tensor {
  const { dtype } = positions;
  const token = nn.parameter("token", [1, 1, o.width], { kind: "normal", deviation: 0.02 });
  const placed = positions.add(constant(dtype, [o.length, o.width], sinusoids(o.length, o.width)));
  const mask = known.pad(1, 1, 0, 1).unsqueeze(2);
  let x = placed.pad(1, 1, 0, 0).add(token.pad(1, 0, o.length, 0));
  for (let i = 0; i < o.blocks; i++) x = block(nn.in(`block${i}`), x.mul(mask), o);
  return x.at(1, 0);
}

function block(nn: Layers, x: Tensor, { heads, hidden, dropout, width }: CalibratorOptions): Tensor {
  const attended = nn.attention(nn.layerNorm(x), { heads, dropout });
  const y = x.add(nn.dropout(attended, dropout));
  const inner = nn.dropout(nn.linear(nn.layerNorm(y), hidden).gelu(), dropout);
  const z = y.add(nn.dropout(nn.linear(inner, width), dropout));
  return nn.dropout(z, dropout);
}

function score(nn: Layers, seen: Tensor, { hidden, dropout }: CalibratorOptions): Tensor {
  const inner = nn.dropout(nn.batchNorm(nn.linear(seen, hidden)), dropout).gelu();
  return nn.batchNorm(nn.linear(inner, 1)).squeeze(-1);
}

/** The fixed positions of Vaswani et al. (2017): sines at even places, cosines at odd ones. */
function sinusoids(length: number, width: number): Float64Array {
  return Float64Array.from({ length: length * width }, (_, i) => {
    const [position, place] = [Math.floor(i / width), i % width];
    const angle = position / 10000 ** ((place - (place % 2)) / width);
    return place % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
