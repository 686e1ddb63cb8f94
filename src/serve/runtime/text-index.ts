import MiniSearch from "minisearch";
import type { ScoredItem } from "../heed.js";
import type { Catalogue } from "./catalogue.js";

interface Held {
  revision: number;
  index: MiniSearch;
}

/**
 * Full text over titles, categories and text attributes, ranked by BM25 with prefixes and small misspellings; made when it is
 * first asked and again when the catalogue changed.
 */
export function openTextIndex(
  catalogue: (project: string) => Promise<Catalogue>,
): (project: string, query: string, limit: number) => Promise<ScoredItem[]> {
  const held = new Map<string, Held>();

  function build(items: Catalogue): Held {
    const index = new MiniSearch({
      idField: "item",
      fields: ["title", "categories", "text"],
      searchOptions: { boost: { title: 3 }, prefix: true, fuzzy: 0.2, combineWith: "OR" },
    });
    index.addAll(
      [...items.items()].map(([item, { title = "", categories = [], attributes = {} }]) => ({
        item,
        title,
        categories: categories.join(" "),
        text: Object.values(attributes)
          .flat()
          .filter((value) => typeof value === "string")
          .join(" "),
      })),
    );
    return { revision: items.revision, index };
  }

  return async (project, query, limit) => {
    const items = await catalogue(project);
    let entry = held.get(project);
    if (entry?.revision !== items.revision) {
      entry = build(items);
      held.set(project, entry);
    }
    return entry.index
      .search(query)
      .filter(({ id }) => items.facts(String(id)).hidden !== true)
      .slice(0, limit)
      .map(({ id, score }) => {
        const { title } = items.facts(String(id));
        return { item: String(id), score, ...(title !== undefined && { title }) };
      });
  };
}
