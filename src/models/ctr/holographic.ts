import { constant, type Tensor } from "../../tensor/index.js";
import { choice } from "./choice.js";

/** How two vectors are composed into one of the same width. */
export type Composition = "correlation" | "convolution" | "product";

/**
 * Composes vectors along the last axis (Tay et al. 2019). Circular correlation, sum_m a_m b_(k+m mod dim), and circular
 * convolution, sum_m a_m b_(k-m mod dim), are products of spectra: the real Fourier transform is a constant matrix.
 */
export function compose(a: Tensor, b: Tensor, composition: Composition): Tensor {
  const spectral = (sign: 1 | -1) => {
    const dim = Number(a.shape.at(-1));
    const [x, y] = [spectrum(a, dim), spectrum(b, dim)];
    const crossed = x.imaginary.mul(y.imaginary).mul(sign);
    const turned = x.imaginary.mul(y.real).mul(sign);
    return signal(x.real.mul(y.real).sub(crossed), x.real.mul(y.imaginary).add(turned), dim);
  };
  return choice("composition", composition, {
    convolution: () => spectral(1),
    correlation: () => spectral(-1),
    product: () => a.mul(b),
  });
}

/** Frequencies 0..dim/2 hold a real signal whole; the others mirror them. */
function frequencies(dim: number): number {
  return Math.floor(dim / 2) + 1;
}

function spectrum(x: Tensor, dim: number): { real: Tensor; imaginary: Tensor } {
  const transform = (part: (angle: number) => number) =>
    x.matmul(
      matrix(x, dim, frequencies(dim), (place, frequency) => part((2 * Math.PI * place * frequency) / dim)),
    );
  return { real: transform(Math.cos), imaginary: transform((angle) => -Math.sin(angle)) };
}

function signal(real: Tensor, imaginary: Tensor, dim: number): Tensor {
  const transform = (part: (angle: number) => number) =>
    matrix(real, frequencies(dim), dim, (frequency, place) => {
      const mirrored = frequency > 0 && 2 * frequency < dim ? 2 : 1;
      return (mirrored / dim) * part((2 * Math.PI * place * frequency) / dim);
    });
  return real.matmul(transform(Math.cos)).sub(imaginary.matmul(transform(Math.sin)));
}

function matrix(like: Tensor, rows: number, columns: number, entry: (row: number, column: number) => number) {
  return constant(
    like.dtype,
    [rows, columns],
    Array.from({ length: rows * columns }, (_, i) => entry(Math.floor(i / columns), i % columns)),
  );
}
