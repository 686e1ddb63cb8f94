import { dataFolder, importers } from "../data/index.js";
import type { Heed } from "../serve/index.js";
import type { Store } from "../store/index.js";

const chunk = 10_000;

/** Whether nothing was ever put or recorded, or the import of the sample was cut short. */
export async function wantsSample({ online }: Store): Promise<boolean> {
  return (await online.list("default", "item", { limit: 1 })).length === 0;
}

/**
 * Fills a store with the bundled MovieTweetings sample. Interrupted or aborted, the next call goes on where it was: ratings
 * are recorded in the order of the file, and items, which come last, say that it is complete.
 */
export async function importDemo(heed: Heed, store: Store, signal: AbortSignal): Promise<void> {
  const data = importers["movietweetings-100k"].load(dataFolder("movietweetings-100k"));
  const { length: done } = await store.analytics.outcomes({ project: "default" });
  for (let start = done; start < data.user.length; start += chunk) {
    await heed.record(
      Array.from({ length: Math.min(chunk, data.user.length - start) }, (_, k) => {
        const i = start + k;
        return {
          id: `movietweetings:${i}`,
          time: new Date(data.time[i]! * 1000).toISOString(),
          user: data.users[data.user[i]!]!,
          action: "rate",
          item: data.items[data.item[i]!]!,
          value: data.rating[i]!,
        };
      }),
    );
    signal.throwIfAborted();
  }
  const items = data.items.slice(1).map((item, i) => ({
    item,
    title: data.titles[i + 1]!,
    categories: data.genres[i + 1]!,
  }));
  await heed.putItems(items);
}
