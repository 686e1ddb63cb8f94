/** One contestant's figure of one round. */
export type Turn = () => Promise<number>;

/**
 * Lets contestants take turns, so that a drift of the machine's speed reaches all of them alike. Returns each one's
 * figures, one a round; none for a contestant that is absent.
 */
export async function byTurns<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, Turn | undefined>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<Turn | undefined>(contestants);
  const figures = Object.fromEntries(entries.map(([name]): [string, number[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, turn] of entries) if (turn) figures[name]!.push(await turn());
  }
  return figures as Record<Name, number[]>;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The median over rounds of above / below: each quotient is of neighbours in time, which a quotient of medians is not.
 * Null when either took no turns.
 */
export function medianQuotient(above: readonly number[], below: readonly number[]): number | null {
  if (above.length === 0 || below.length === 0) return null;
  return median(above.map((value, round) => value / below[round]!));
}
