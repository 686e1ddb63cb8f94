import type { FeatureKind } from "./derive.js";
import type { Finding } from "./findings.js";
import type { HeuristicName } from "./heuristics.js";
import type { ColumnProfile } from "./profile.js";
import type { Aggregate } from "./score-log.js";
import type { RefusedRow } from "./table.js";

/** A feature in its place. `score` is the raw median over batches, which two runs can compare. */
export interface RankedFeature extends Aggregate {
  feature: string;
  kind: FeatureKind;
  /** The columns it is made of. */
  parts: readonly string[];
  /** The score between 0, the least of this ranking, and 1, the greatest. */
  scaled: number;
  /** It scores no more than the best column of noise. */
  belowNoise: boolean;
}

/** What one pass over a table found. */
export interface FeatureReport {
  table: string;
  label: { column: string; classes: number; entropy: number };
  heuristic: HeuristicName;
  /** Rows that were scored, and those that were passed over because only every so-manyth was to be kept are not counted. */
  rows: number;
  batches: number;
  refused: { count: number; first: readonly RefusedRow[] };
  /** Best first. */
  ranking: readonly RankedFeature[];
  /** Two columns against each other, where that was asked for. */
  pairs: readonly (Aggregate & { a: string; b: string })[];
  /** Columns in the order of most relevance, least redundancy, most relation; empty without pairs. */
  maxRelevance: readonly { feature: string; value: number }[];
  /** By column: the median score of the crosses it is part of. */
  inCrosses: readonly { feature: string; score: number; crosses: number }[];
  /** The columns of the reference model and what they tell alone. */
  reference: ({ columns: readonly string[] } & Aggregate) | null;
  columns: readonly ColumnProfile[];
  findings: readonly Finding[];
  seconds: number;
}
