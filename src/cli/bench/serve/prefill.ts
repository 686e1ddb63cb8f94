import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { constants, cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acceptEvents, type HeedEvent } from "../../../events/index.js";
import { openHeed } from "../../../serve/index.js";
import { openStore } from "../../../store/index.js";
import { itemsOf, openWorld, usersOf, type WorldShape } from "./world.js";
import { putModels } from "./world-models.js";

/**
 * When the prefilled log ends, in milliseconds since 1970, and how much of time it spans: all of it lies within the
 * window of ids, so that a new event is compared with every one of them.
 */
export const worldEnd = Date.parse("2026-01-02T00:00:00Z");
const worldSpan = 20 * 60 * 60_000;

/** Rises whenever the world of a shape would become another. */
const worldVersion = 1;
const batch = 5_000;
/** Batches on their way to the log at one time. */
const inFlight = 4;

/**
 * A copy of a prefilled home, to be changed and thrown away. The one it is copied from is made when it is first asked for
 * and kept below `home`, by default in the folder for temporary files; there it takes about 15 bytes an event.
 */
export async function copyWorld(
  shape: WorldShape,
  home: string | undefined,
  say: (line: string) => void,
): Promise<{ folder: string; remove(): Promise<void> }> {
  const cache = home ?? join(tmpdir(), "heed-bench");
  const name = createHash("sha256")
    .update(JSON.stringify([worldVersion, shape]))
    .digest("hex")
    .slice(0, 12);
  const kept = join(cache, `world-${name}`);
  await mkdir(cache, { recursive: true });
  if (!existsSync(kept)) {
    say(
      `making the world once: ${shape.events} events, ${shape.users} users, ${shape.items} items in ${kept}`,
    );
    const unfinished = await mkdtemp(`${kept}.making-`);
    try {
      await prefill(unfinished, shape, say);
      await rename(unfinished, kept);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  const folder = await mkdtemp(join(cache, "run-"));
  await cp(kept, folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function prefill(folder: string, shape: WorldShape, say: (line: string) => void): Promise<void> {
  let time = worldEnd - worldSpan;
  const store = await openStore(folder, { now: () => time });
  const models = await mkdtemp(join(folder, "models-"));
  try {
    const heed = await openHeed({ store, now: () => time });
    await heed.putItems(itemsOf(shape));
    const users = usersOf(shape);
    for (let at = 0; at < users.length; at += batch) await heed.putUsers(users.slice(at, at + batch));
    await putModels(store.registry, shape, models);
    const world = openWorld(shape, "prefill");
    const waiting: Promise<unknown>[] = [];
    for (let first = 0; first < shape.events; first += batch) {
      time = worldEnd - worldSpan * (1 - first / shape.events);
      const count = Math.min(batch, shape.events - first);
      const bodies = Array.from({ length: count }, (_, i) => world.event("past", first + i));
      waiting.push(store.log.append(accepted(bodies, time)));
      if (waiting.length >= inFlight) await waiting.shift();
      if ((first + count) % (batch * 200) === 0) say(`${first + count} events`);
    }
    await Promise.all(waiting);
  } finally {
    await rm(models, { recursive: true, force: true });
    await store.close();
  }
}

/** Events as the log takes them, judged as those of any sender are. */
export function accepted(bodies: readonly unknown[], now: number): HeedEvent[] {
  const newId = () => {
    throw new Error("every event of the benchmark has an id");
  };
  const { events, rejected } = acceptEvents(bodies, { project: "default", now, newId });
  if (rejected.length > 0) throw new Error(`${rejected[0]!.path}: ${rejected[0]!.reason}`);
  return events;
}
