/** How many ways there are to choose k of n. */
function binomial(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return n < k ? 0 : Math.round(ways);
}

/**
 * The combination of k places with this number, in the order in which the greatest place grows slowest: those of the first n
 * places are the first C(n, k), whatever n is.
 */
export function combinationAt(index: number, k: number): number[] {
  const places: number[] = [];
  let rest = index;
  for (let size = k; size >= 1; size--) {
    let place = size - 1;
    while (binomial(place + 1, size) <= rest) place++;
    rest -= binomial(place, size);
    places.unshift(place);
  }
  return places;
}

/**
 * Goes round all combinations of `least` to `most` of some places, so many a turn: those that were given least often come
 * first, and all are given before any is given again.
 */
export function combinationRound(least: number, most: number, perTurn: number) {
  let cursor = 0;
  return {
    /** The combinations of this turn, of places 0 to `places - 1`. */
    next(places: number): number[][] {
      const ways: number[] = [];
      for (let k = least; k <= most; k++) ways.push(binomial(places, k));
      const all = ways.reduce((a, b) => a + b, 0);
      const turn = Array.from({ length: Math.min(all, perTurn) }, (_, i) => {
        let index = (cursor + i) % all;
        let k = least;
        while (index >= ways[k - least]!) index -= ways[k++ - least]!;
        return combinationAt(index, k);
      });
      cursor = all === 0 ? 0 : (cursor + turn.length) % all;
      return turn;
    },
  };
}
