import type { ItemFacts } from "../../decide/index.js";
import type { OnlineStore } from "../../store/index.js";
import type { Item } from "../heed.js";

/** A project's items as decisions need them: in memory, by name, in step with the store. */
export interface Catalogue {
  /** Everything known of an item; nothing is known of items that were only seen in events. */
  facts(item: string): ItemFacts;
  has(item: string): boolean;
  items(): Iterable<[item: string, facts: ItemFacts]>;
  /** Items by their time, newest first; items without one are left out. */
  latest(): readonly string[];
  /** Changes whenever an item does. */
  revision: number;
}

const page = 1000;
const nothing: ItemFacts = Object.freeze({});

/** Keeps each project's catalogue and reads it again only when the store's revision says that it changed. */
export function openCatalogues(online: OnlineStore): (project: string) => Promise<Catalogue> {
  const held = new Map<string, Promise<Catalogue>>();

  async function read(project: string, revision: number): Promise<Catalogue> {
    const known = new Map<string, ItemFacts>();
    for (let after: string | undefined; ; ) {
      const entities = await online.list(project, "item", {
        limit: page,
        ...(after !== undefined && { after }),
      });
      for (const { id, value } of entities) known.set(id, value as unknown as Omit<Item, "item">);
      after = entities.at(-1)?.id;
      if (entities.length < page) break;
    }
    let latest: string[] | undefined;
    return {
      revision,
      facts: (item) => known.get(item) ?? nothing,
      has: (item) => known.has(item),
      items: () => known.entries(),
      latest() {
        latest ??= newestFirst(known);
        return latest;
      },
    };
  }

  return async (project) => {
    const revision = await online.revision(project, "item");
    const current = held.get(project);
    if (current && (await current).revision === revision) return current;
    // A reader that finds another one reading waits for the same answer.
    if (current === held.get(project)) held.set(project, read(project, revision));
    return held.get(project)!;
  };
}

function newestFirst(known: ReadonlyMap<string, ItemFacts>): string[] {
  const timed = [...known].flatMap(([item, { time }]) =>
    time === undefined ? [] : [{ item, at: Date.parse(time) }],
  );
  timed.sort((a, b) => b.at - a.at || (a.item < b.item ? -1 : 1));
  return timed.map(({ item }) => item);
}
