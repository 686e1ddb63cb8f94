import type { Random } from "../../core/random.js";

/**
 * Opens a sampler of Beta(a, b): X / (X + Y) of two gamma draws (G. Marsaglia and W. W. Tsang, "A simple method for
 * generating gamma variables", 2000). It is the inner loop of a propensity, so one pair of normals serves both.
 */
export function betaSampler(a: number, b: number): (random: Random) => number {
  // With small shapes both draws underflow to zero; their logarithms do not.
  if (a < 1 || b < 1)
    return (random) => 1 / (1 + Math.exp(logGammaDraw(b, random) - logGammaDraw(a, random)));
  const first = gammaShape(a);
  const second = gammaShape(b);
  return (random) => {
    let x = 0;
    let y = 0;
    while (x === 0 || y === 0) {
      // Marsaglia's polar method: a point in the unit circle gives two independent normals.
      const u = 2 * random.uniform() - 1;
      const v = 2 * random.uniform() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      if (x === 0) x = gammaFrom(first, u * scale, random.uniform());
      if (y === 0) y = gammaFrom(second, v * scale, random.uniform());
    }
    return x / (x + y);
  };
}

interface GammaShape {
  d: number;
  c: number;
}

function gammaShape(shape: number): GammaShape {
  const d = shape - 1 / 3;
  return { d, c: 1 / Math.sqrt(9 * d) };
}

/** The gamma draw that a normal and a uniform make, or 0 when they are rejected. */
function gammaFrom({ d, c }: GammaShape, normal: number, uniform: number): number {
  const root = 1 + c * normal;
  if (root <= 0) return 0;
  const v = root * root * root;
  const square = normal * normal;
  // The squeeze accepts most draws without a logarithm.
  if (uniform > 0.0331 * square * square) return d * v;
  return Math.log(1 - uniform) < square / 2 + d * (1 - v + Math.log(v)) ? d * v : 0;
}

/** The logarithm of a draw from Gamma(shape, 1); below shape 1 a draw of shape + 1 times U^(1/shape), as they advise. */
function logGammaDraw(shape: number, random: Random): number {
  if (shape < 1) return logGammaDraw(shape + 1, random) + Math.log(1 - random.uniform()) / shape;
  const gamma = gammaShape(shape);
  for (;;) {
    const draw = gammaFrom(gamma, random.normal(), random.uniform());
    if (draw > 0) return Math.log(draw);
  }
}
