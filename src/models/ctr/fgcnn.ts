import { concat, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { innerProducts } from "./field-pairs.js";
import { ctr } from "./task.js";

/**
 * FGCNN (Liu et al. 2019, arXiv:1904.04447): convolutions along the fields generate new features, and the inner products of
 * all features, old and new, join them in an MLP. Its published settings collapse at a learning rate of 1e-3: use 5e-4.
 */
export const fgcnn = defineModel({
  name: "fgcnn",
  task: ctr,
  options: {
    dim: 10,
    /** Filters of each convolution. */
    channels: [6, 8],
    /** Fields that a filter sees. */
    kernel: 5,
    pooling: 2,
    /** New features for each field left after pooling. */
    recombined: 2,
    hidden: [400, 400],
    dropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    let x = nn.in("generation").embed(fields, o.dim).unsqueeze(3);
    const generated = o.channels.map((filters) => {
      const convolved = nn.batchNorm(convolveFields(nn, x, filters, o.kernel)).tanh();
      x = poolFields(convolved, o.pooling);
      const flat = x.flatten(1);
      const width = Number(x.shape[1]) * o.dim * o.recombined;
      return nn.linear(flat, width).tanh().reshape([flat.shape[0]!, -1, o.dim]);
    });
    const features = concat([e, ...generated], 1);
    const joined = concat([features.flatten(1), innerProducts(features)], 1);
    const deep = nn.mlp(joined, [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    return { logit: deep.squeeze(1) };
  },
});

/** Filters over `kernel` neighbouring fields, zeros beyond the first and last: [batch, field, dim, channel] to filters for channels. */
export function convolveFields(nn: Layers, x: Tensor, filters: number, kernel: number): Tensor {
  const fields = Number(x.shape[1]);
  const before = Math.floor((kernel - 1) / 2);
  const padded = x.pad(1, before, kernel - 1 - before);
  const windows = Array.from({ length: kernel }, (_, offset) => padded.slice(1, offset, offset + fields));
  return nn.in("convolution").linear(concat(windows, 3), filters);
}

/** The largest of every `size` neighbouring fields; the first window is the short one when `size` does not divide their number. */
export function poolFields(x: Tensor, size: number): Tensor {
  const [batch, fields, ...rest] = x.shape;
  const windows = Math.ceil(Number(fields) / size);
  return x
    .pad(1, windows * size - Number(fields), 0, Number.NEGATIVE_INFINITY)
    .reshape([batch!, windows, size, ...rest])
    .max(2);
}
