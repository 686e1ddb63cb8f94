import { dataFolder, importers } from "../data/index.js";
import type { EventStore } from "../store/index.js";

/**
 * Fills an empty store with the bundled MovieTweetings sample. Interrupted or aborted, the next call goes on where it
 * was: ids are fixed.
 */
export async function importDemo(store: EventStore, signal: AbortSignal): Promise<void> {
  const data = importers["movietweetings-100k"].load(dataFolder("movietweetings-100k"));
  const chunk = 20_000;
  for (let start = 0; start < data.user.length; start += chunk) {
    const events = Array.from({ length: Math.min(chunk, data.user.length - start) }, (_, k) => {
      const i = start + k;
      return {
        id: `movietweetings:${i}`,
        time: new Date(data.time[i]! * 1000).toISOString(),
        user: data.users[data.user[i]!]!,
        action: "rate",
        item: data.items[data.item[i]!]!,
        value: data.rating[i]!,
      };
    });
    await store.append(events);
    signal.throwIfAborted();
  }
  // Last, because a store with items counts as imported.
  await store.putItems(
    data.items.slice(1).map((item, i) => ({ item, title: data.titles[i + 1]!, genres: data.genres[i + 1]! })),
  );
}
