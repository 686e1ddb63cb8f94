/** A seeded 64-bit hash of strings as two 32-bit halves, left in `high` and `low` so that no object is made a call. */
export interface StringHash {
  high: number;
  low: number;
  /** Hashes a sequence of texts; where one ends and the next begins counts. */
  of(first: string, second: string): void;
}

/**
 * Two multiply-and-rotate lanes over UTF-16 units, mixed into each other at the end with the MurmurHash3 finaliser
 * (A. Appleby, public domain). Not cryptographic: the seed is secret so that nobody can aim at a collision.
 */
export function createHash(seed: { high: number; low: number }): StringHash {
  const self: StringHash = {
    high: 0,
    low: 0,
    of(first, second) {
      let a = seed.high | 0;
      let b = seed.low | 0;
      for (let i = 0; i < first.length; i++) {
        const unit = first.charCodeAt(i);
        a = Math.imul((a << 13) | (a >>> 19), 0x85ebca6b) ^ unit;
        b = Math.imul((b << 15) | (b >>> 17), 0xc2b2ae35) + unit;
      }
      a ^= first.length;
      b = Math.imul(b, 0x27d4eb2f) ^ first.length;
      for (let i = 0; i < second.length; i++) {
        const unit = second.charCodeAt(i);
        a = Math.imul((a << 13) | (a >>> 19), 0x85ebca6b) ^ unit;
        b = Math.imul((b << 15) | (b >>> 17), 0xc2b2ae35) + unit;
      }
      a ^= second.length;
      a = finish(a ^ Math.imul(b, 0x9e3779b1));
      b = finish(b ^ Math.imul(a, 0x165667b1));
      self.high = (a + b) >>> 0;
      self.low = (b + Math.imul(self.high, 0x2545f491)) >>> 0;
    },
  };
  return self;
}

function finish(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
