/** A value of an attribute, as the catalogue keeps it. */
type Attribute = string | number | boolean | readonly string[] | null;

/** What rules, diversity and reasons may know of an item: the catalogue's own record of it will do. */
export interface ItemFacts {
  title?: string | undefined;
  categories?: readonly string[] | undefined;
  /** Kept and known, but never to be shown. */
  hidden?: boolean | undefined;
  /** When it appeared, RFC 3339. */
  time?: string | undefined;
  attributes?: Readonly<Record<string, Attribute>> | undefined;
}

/** One source's word for a candidate: its place in that source's list (from 1), its score there, and why. */
export interface Provenance {
  source: string;
  rank: number;
  score?: number | undefined;
  reason?: string | undefined;
}

/** What showing an item has brought so far: how often it was shown, and the sum of what that gave (clicks, say). */
export interface Evidence {
  count: number;
  total: number;
}

/** Something that may be shown. A candidate without a finite score is never shown. */
export interface Candidate {
  item: string;
  score: number;
  facts: ItemFacts;
  sources: readonly Provenance[];
  /** Only Thompson sampling reads it; absent means never shown. */
  evidence?: Evidence | undefined;
}

/** The facts that are no declared attributes, but may stand in a condition. */
export const builtInAttributes = ["item", "title", "categories", "time"] as const;

/** An item's value for an attribute: built in, or one of its own; undefined when it has none. */
export function attributeOf(item: string, facts: ItemFacts, attribute: string): Attribute | undefined {
  switch (attribute) {
    case "item":
      return item;
    case "title":
    case "categories":
    case "time":
      return facts[attribute];
    default:
      // Own properties only: "constructor" is no attribute.
      return facts.attributes && Object.hasOwn(facts.attributes, attribute)
        ? facts.attributes[attribute]
        : undefined;
  }
}
