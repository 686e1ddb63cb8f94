import { constant, type Tensor } from "../../tensor/index.js";
import { prefixBatches } from "./batches.js";
import { feedForward } from "./encoder.js";
import { defineSequenceModel } from "./model.js";
import { sequence } from "./task.js";

/** The layer norms of the original. */
const epsilon = 1e-12;

/**
 * FMLP-Rec (Zhou et al. 2022, arXiv:2202.13556): attention gives way to a learned filter of frequencies over time. The filter
 * is a circular convolution and sees the future, so only the last position of each prefix is trained.
 */
export const fmlpRec = defineSequenceModel({
  name: "fmlp-rec",
  task: sequence,
  options: { dim: 64, blocks: 2, dropout: 0.5 },
  build({ history, rows, length, nn }, o) {
    const table = nn.parameter("items", [rows, o.dim], { kind: "normal", deviation: 0.02 }, "embedding");
    const embedded = table.gather(history).add(nn.positions(length, o.dim));
    let x = nn.dropout(nn.layerNorm(embedded, epsilon), o.dropout);
    for (let i = 0; i < o.blocks; i++) {
      const block = nn.in(`block${i}`);
      const shape = [Math.floor(length / 2) + 1, o.dim];
      const initializer = { kind: "normal", deviation: 0.02 } as const;
      const real = block.parameter("real", shape, initializer);
      const imaginary = block.parameter("imaginary", shape, initializer);
      const filtered = block.dropout(frequencyFilter(x, real, imaginary), o.dropout);
      x = feedForward(block, block.layerNorm(x.add(filtered), epsilon), o.dropout, epsilon);
    }
    return { hidden: x, table };
  },
  training: (train, run) => (epoch) => prefixBatches(train, { ...run, epoch }),
});

/**
 * Multiplies the frequencies of x [batch, time, dim] by a complex filter, both parts [time / 2 + 1, dim], and goes back to
 * time: real and inverse Fourier transform, orthonormal, as products with fixed matrices.
 */
export function frequencyFilter(x: Tensor, real: Tensor, imaginary: Tensor): Tensor {
  const time = x.shape[1] as number;
  const count = Math.floor(time / 2) + 1;
  const angle = (f: number, t: number) => (2 * Math.PI * ((f * t) % time)) / time;
  const scale = 1 / Math.sqrt(time);
  const matrix = (rows: number, columns: number, value: (row: number, column: number) => number) =>
    constant(
      x.dtype,
      [rows, columns],
      Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns)),
    );
  const toReal = matrix(time, count, (t, f) => scale * Math.cos(angle(f, t)));
  const toImaginary = matrix(time, count, (t, f) => -scale * Math.sin(angle(f, t)));
  // All frequencies but the lowest, and the highest of an even length, stand for their mirror images too.
  const weight = (f: number) => (f === 0 || 2 * f === time ? scale : 2 * scale);
  const fromReal = matrix(count, time, (f, t) => weight(f) * Math.cos(angle(f, t)));
  const fromImaginary = matrix(count, time, (f, t) => -weight(f) * Math.sin(angle(f, t)));
  const signal = x.transpose([0, 2, 1]);
  const [a, b] = [signal.matmul(toReal), signal.matmul(toImaginary)];
  const [c, d] = [real.transpose(), imaginary.transpose()];
  const filteredReal = a.mul(c).sub(b.mul(d));
  const filteredImaginary = a.mul(d).add(b.mul(c));
  return filteredReal.matmul(fromReal).add(filteredImaginary.matmul(fromImaginary)).transpose([0, 2, 1]);
}
