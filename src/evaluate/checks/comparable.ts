import { HeedError } from "../../core/errors.js";
import { type Candidates, describeCandidates } from "../protocols/candidates.js";
import type { RankingTable } from "../ranking/evaluate-rankings.js";
import { type CompareOptions, type Comparison, compareSystems } from "../statistics/compare.js";
import { type Finding, refuse } from "./findings.js";

/** Whether figures ranked among these candidates may stand side by side. */
export function checkComparable(figures: Readonly<Record<string, Candidates>>): Finding[] {
  const entries = Object.entries(figures).map(([name, candidates]) => ({
    name,
    candidates,
    described: describeCandidates(candidates),
  }));
  const sampled = entries.filter(({ candidates }) => candidates.kind === "sampled");
  if (sampled.length === 0) return [];
  const other = entries.find(({ described }) => described !== sampled[0]!.described);
  if (other) {
    return [
      {
        code: "sampled-compared-with-full",
        severity: "refusal",
        what: `${sampled[0]!.name} was ranked among ${sampled[0]!.described}, ${other.name} among ${other.described}`,
        remedy:
          "rank every system among the same candidates; the full catalogue unless a paper's protocol forbids",
        count: entries.length,
      },
    ];
  }
  return [
    {
      code: "sampled-metrics",
      severity: "warning",
      what: `items were ranked among ${sampled[0]!.described}, not the full catalogue`,
      remedy:
        "rank the full catalogue; keep sampled figures for comparison with papers that sampled (Krichene & Rendle 2020)",
      count: sampled.length,
    },
  ];
}

/** Ranking tables of several systems held against a baseline on one column ("ndcg@10"); see `compareSystems`. */
export function compareRankings(
  tables: Readonly<Record<string, RankingTable>>,
  column: string,
  options: CompareOptions,
): { comparisons: Comparison[]; warnings: Finding[] } {
  const warnings = refuse(
    checkComparable(
      Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.candidates])),
    ),
  );
  const perUser = Object.entries(tables).map(([name, { columns }]) => {
    const found = columns.find((each) => each.name === column);
    if (found) return [name, found.perUser] as const;
    throw new HeedError(
      "unknown-metric",
      `the table of ${name} has no column "${column}"`,
      `its columns are ${columns.map((each) => each.name).join(", ")}`,
    );
  });
  return { comparisons: compareSystems(Object.fromEntries(perUser), options), warnings };
}
