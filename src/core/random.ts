/**
 * Counter-based randomness: draw number `i` of stream `key` depends on (key, i) alone, so results do not depend
 * on the order of calls, and a resumed run draws what an uninterrupted one would.
 * The mixing function is the 32-bit finaliser "lowbias32" (C. Wellons, hash-prospector), applied twice.
 */
function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** One uniform 32-bit unsigned integer for (key, counter). */
export function randomBits(key: number, counter: number): number {
  return mix(mix(counter ^ Math.imul(key, 0x9e3779b9)) + key);
}

/** Derives a stream key from a seed and any number of labels (names, step numbers). */
export function streamKey(seed: number, ...labels: (string | number)[]): number {
  let key = mix(seed >>> 0);
  for (const label of labels) {
    if (typeof label === "number") key = mix(key ^ mix(label >>> 0) ^ mix(Math.floor(label / 2 ** 32)));
    else for (let i = 0; i < label.length; i++) key = mix(key + Math.imul(label.charCodeAt(i), 0x01000193));
    key = mix(key + 0x51ed270b);
  }
  return key;
}

/** A sequential reader over one counter-based stream; `position` is its whole state. */
export interface Random {
  /** Number of 32-bit draws taken so far; assign to resume. */
  position: number;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, bound), without modulo bias. */
  integer(bound: number): number;
  /** Standard normal (Box-Muller, two draws of 53 bits). */
  normal(): number;
}

/** Opens the stream named by a seed and labels: `random(1, "shuffle", epoch)`. */
export function random(seed: number, ...labels: (string | number)[]): Random {
  const key = streamKey(seed, ...labels);
  const self: Random = {
    position: 0,
    uniform() {
      const high = randomBits(key, self.position++) >>> 5;
      const low = randomBits(key, self.position++) >>> 6;
      return (high * 67108864 + low) / 9007199254740992;
    },
    integer(bound) {
      if (!(bound >= 1 && bound <= 2 ** 32))
        throw new RangeError(`integer(bound): bound must be in 1..2^32, got ${bound}`);
      const limit = 2 ** 32 - (2 ** 32 % bound);
      for (;;) {
        const bits = randomBits(key, self.position++);
        if (bits < limit) return bits % bound;
      }
    },
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - self.uniform()));
      return radius * Math.cos(2 * Math.PI * self.uniform());
    },
  };
  return self;
}

/** Shuffles in place (Fisher-Yates). */
export function shuffle(values: Int32Array | number[], source: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = source.integer(i + 1);
    const swapped = values[i]!;
    values[i] = values[j]!;
    values[j] = swapped;
  }
}
