import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedStore, type LogEntry, type OpenOptions, openStore } from "../../src/store/index.js";
import type { Make } from "../../src/testing/index.js";

/** A folder that is gone after the work. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "heed-store-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fresh embedded stores, seen through one of their seams, for the contract suites. */
export function embedded<T>(seam: (store: EmbeddedStore) => T, options: OpenOptions = {}): Make<T> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), "heed-store-"));
    let store = await openStore(folder, options);
    return {
      subject: seam(store),
      async reopen() {
        await store.close();
        store = await openStore(folder, options);
        return seam(store);
      },
      async close() {
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };
}

export interface Opened {
  folder: string;
  store: EmbeddedStore;
  /** Closes the store and opens it again, with other options perhaps. */
  reopen: (options?: OpenOptions) => Promise<EmbeddedStore>;
  close: () => Promise<void>;
}

/** A store in a folder of its own, which is gone when it is closed. */
export async function openedIn(options: OpenOptions = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "heed-store-"));
  const opened: Opened = {
    folder,
    store: await openStore(folder, options),
    async reopen(other = options) {
      await opened.store.close();
      opened.store = await openStore(folder, other);
      return opened.store;
    },
    async close() {
      await opened.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return opened;
}

/** All entries of a log. */
export async function everything(store: EmbeddedStore): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (;;) {
    const more = await store.log.read({ after: entries.at(-1)?.position ?? 0, limit: 10_000 });
    if (more.length === 0) return entries;
    entries.push(...more);
  }
}
