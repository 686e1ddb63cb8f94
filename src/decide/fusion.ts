import type { ItemFacts, Provenance } from "./candidate.js";
import { type Source, sourceName } from "./config/sources.js";

/** One item of a source's answer, best first. */
export interface SourceItem {
  item: string;
  score?: number | undefined;
  /** Why, in words for a person: "because of Alien". */
  reason?: string | undefined;
  /** What is known of the item, where the source looked that up. */
  facts?: ItemFacts | undefined;
}

/** What a source answered. */
export interface SourceList {
  source: Source;
  items: readonly SourceItem[];
}

/** An item that at least one source gave, with the score of all their lists together. */
export interface Retrieved {
  item: string;
  score: number;
  sources: Provenance[];
  /** What is known of the item, where a source looked that up. */
  facts?: ItemFacts | undefined;
}

/** The constant of the formula; its authors found 60 good on many collections. */
const smoothing = 60;

/**
 * Merges lists whose scores have nothing to do with each other: each item once, its score the sum of weight / (60 + rank)
 * over the lists it stands in (reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009). Best first, ties in the
 * order of the lists.
 */
export function fuse(lists: readonly SourceList[]): Retrieved[] {
  const merged = new Map<string, Retrieved>();
  for (const list of lists) {
    for (const { item, facts, provenance } of ranked(list)) {
      const entry = entryOf(merged, item, facts);
      entry.score += list.source.weight / (smoothing + provenance.rank);
      entry.sources.push(provenance);
    }
  }
  return [...merged.values()].sort((a, b) => b.score - a.score);
}

/** Adds a fall-back's items below everything that is there already; items that are there keep their place. */
export function fillFrom(found: readonly Retrieved[], list: SourceList): Retrieved[] {
  const merged = new Map(found.map((entry) => [entry.item, { ...entry, sources: [...entry.sources] }]));
  const floor = found.reduce((low, { score }) => Math.min(low, score), 1);
  for (const { item, facts, provenance } of ranked(list)) {
    const known = merged.has(item);
    const entry = entryOf(merged, item, facts);
    if (!known) entry.score = (floor * smoothing) / (smoothing + provenance.rank);
    entry.sources.push(provenance);
  }
  return [...merged.values()];
}

function entryOf(merged: Map<string, Retrieved>, item: string, facts: ItemFacts | undefined): Retrieved {
  let entry = merged.get(item);
  if (!entry) {
    entry = { item, score: 0, sources: [], facts };
    merged.set(item, entry);
  }
  entry.facts ??= facts;
  return entry;
}

interface Ranked {
  item: string;
  facts: ItemFacts | undefined;
  provenance: Provenance;
}

/** A list's first `limit` items with their ranks; an item that comes twice counts where it came first. */
function ranked({ source, items }: SourceList): Ranked[] {
  const seen = new Set<string>();
  const name = sourceName(source);
  const found: Ranked[] = [];
  for (const { item, score, reason, facts } of items) {
    if (found.length === source.limit) break;
    if (seen.has(item)) continue;
    seen.add(item);
    const provenance: Provenance = { source: name, rank: found.length + 1 };
    if (score !== undefined) provenance.score = score;
    if (reason !== undefined) provenance.reason = reason;
    found.push({ item, facts, provenance });
  }
  return found;
}
