import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedStore, type OpenOptions, openStore } from "../../src/store/index.js";
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
