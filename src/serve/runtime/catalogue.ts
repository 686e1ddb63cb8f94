import type { ItemFacts } from "../../decide/index.js";
import type { OnlineStore } from "../../store/index.js";
import type { Item } from "../heed.js";

/** A project's items as decisions need them: in memory, by name, in step with the store. */
export interface Catalogue {
  /** Everything known of an item; nothing is known of items that were only seen in events. */
  facts(item: string): ItemFacts;
  /** The same of the item at a place of a list that does not change, a model's: found by its name once, then by its place. */
  factsAt(list: readonly string[], place: number): ItemFacts;
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
    const facts = (item: string) => known.get(item) ?? nothing;
    const byPlace = new WeakMap<readonly string[], (ItemFacts | undefined)[]>();
    return {
      revision,
      facts,
      factsAt(list, place) {
        let held = byPlace.get(list);
        if (!held) {
          held = new Array<ItemFacts | undefined>(list.length).fill(undefined);
          byPlace.set(list, held);
        }
        held[place] ??= facts(list[place]!);
        return held[place];
      },
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
