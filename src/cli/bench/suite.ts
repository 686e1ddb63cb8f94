import type { Peers } from "./peers.js";
import { median } from "./turns.js";

/** One measured line. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What the value is held against. */
  bound: string;
  /** The fraction of the bound reached (higher is better), or null. */
  ratio: number | null;
  /** How many times faster than the peer measured in the same run, or null. */
  peer: number | null;
}

/** What every measurement is given. */
export interface Bench {
  /** Turns of each contestant; a measurement has its own number when this is undefined. */
  rounds: number | undefined;
  /** Seconds that each measurement under load lasts; it has its own number when this is undefined. */
  seconds: number | undefined;
  /** Folder for worlds that are made once and kept; the folder for temporary files when this is undefined. */
  home: string | undefined;
  /** Starts peer programs; null where they cannot or may not run. */
  peers: Peers | null;
  /** Tells a person how it goes. */
  say(line: string): void;
}

/** Several measurements under one name. */
export type Suite = (bench: Bench) => Promise<BenchRow[]>;

/** Tells a person what was measured, over how many rounds and how far those lie apart, and hands the row on. */
export function told(bench: Bench, rounds: readonly number[], row: BenchRow): BenchRow {
  const parts = [`${row.name}: ${row.value.toPrecision(4)} ${row.unit}`];
  if (row.ratio !== null) parts.push(`${row.ratio.toFixed(3)} of ${row.bound}`);
  if (row.peer !== null) parts.push(`${row.peer.toFixed(2)} times as fast as PyTorch`);
  const spread = (100 * (Math.max(...rounds) - Math.min(...rounds))) / median(rounds);
  bench.say(`${parts.join(", ")} (${rounds.length} rounds within ${spread.toFixed(0)} %)`);
  return row;
}
