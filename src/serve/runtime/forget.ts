import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyForgetting } from "../../bundles/index.js";
import type { Registry } from "../../store/index.js";
import type { ModelHost } from "./models.js";

/**
 * Takes what was learned of erased users out of every kept version of a project's models, those kept for rollback too.
 * Returns how many versions knew them. Safe to repeat when it was cut short.
 */
export async function forgetInBundles(
  registry: Registry,
  models: Pick<ModelHost, "refresh">,
  project: string,
  users: readonly string[],
): Promise<number> {
  const erased = new Set(users);
  const folder = await mkdtemp(join(tmpdir(), "heed-forget-"));
  let changed = 0;
  try {
    for (const name of await registry.names(project)) {
      const before = changed;
      for (const { version } of await registry.list(project, name)) {
        const copy = join(folder, "copy");
        // Damaged files cannot be opened by anybody, and cannot be rewritten.
        const files = await registry.fetch(project, name, version).catch(() => null);
        if (files === null || !(await copyForgetting(files, copy, erased))) continue;
        await registry.replace(project, name, version, copy);
        changed++;
      }
      if (changed > before) await models.refresh(project, name);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return changed;
}
