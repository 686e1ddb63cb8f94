import type { Candidate } from "./candidate.js";

const bySource: Readonly<Record<string, string>> = {
  popular: "popular with everyone",
  latest: "new",
  "item-to-item": "goes with what you chose before",
  model: "suggested for you",
  embedding: "suggested for you",
  text: "matches your words",
};

/** One sentence for a person: a source's own reason where it gave one, else what the source that ranked it highest stands for. */
export function reasonFor({ sources }: Candidate, pinned: boolean): string {
  if (pinned) return "placed by the editors";
  const told = sources.find(({ reason }) => reason !== undefined)?.reason;
  if (told !== undefined) return told;
  const highest = sources.reduce<Candidate["sources"][number] | undefined>(
    (best, source) => (best === undefined || source.rank < best.rank ? source : best),
    undefined,
  );
  if (highest === undefined) return "suggested for you";
  return bySource[highest.source] ?? `from ${highest.source.replace(/^custom:/, "")}`;
}
