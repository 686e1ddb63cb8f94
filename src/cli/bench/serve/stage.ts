import { type Config, defineConfig } from "../../../decide/index.js";
import { createHttpServer, openHeed } from "../../../serve/index.js";
import { type EmbeddedStore, openStore } from "../../../store/index.js";
import { copyWorld, worldEnd } from "./prefill.js";
import { userName, type WorldShape } from "./world.js";
import { clickModel, mainVersions } from "./world-models.js";

/** Where the measurements take place: a store with its past, Heed over it, and its door on this machine. */
export interface Stage {
  shape: WorldShape;
  store: EmbeddedStore;
  heed: Awaited<ReturnType<typeof openHeed>>;
  config: Config;
  folder: string;
  url: string;
  /** The world's clock, which goes on from the end of its past. */
  now(): number;
  /** The log's head once everything that was asked before is in it, exposures that nobody waits for included. */
  head(): Promise<number>;
  /** Puts the sequence model or the click model in charge of "main". */
  putInCharge(model: keyof typeof mainVersions): Promise<void>;
  close(): Promise<void>;
}

/** The surface whose candidates the click model scores again. */
export const clickSurface = "clicks";

/** How many of them. */
export const rescored = 200;

const config = defineConfig({
  models: { [clickModel]: { model: "sasrec", retrain: "never" } },
  surfaces: {
    home: { candidates: [{ type: "model", limit: 200 }] },
    [clickSurface]: {
      candidates: [{ type: "item-to-item", limit: rescored }],
      score: { type: "model", model: clickModel },
    },
  },
});

/** Opens a stage on a copy of the prefilled world; closing it throws the copy away. */
export async function openStage(
  shape: WorldShape,
  home: string | undefined,
  say: (line: string) => void,
): Promise<Stage> {
  const copy = await copyWorld(shape, home, say);
  const opened = Date.now();
  const now = () => worldEnd + Date.now() - opened;
  const store = await openStore(copy.folder, { now });
  const problems = new Set<string>();
  // Each once: a machine that is too slow says the same hundreds of times a second.
  const report = ({ message }: Error) => {
    if (!problems.has(message)) say(`problem: ${message}`);
    problems.add(message);
  };
  const heed = await openHeed({ store, config, now, report });
  // What is counted or read once, on the first request, is not what is measured.
  await heed.popular();
  for (const surface of Object.keys(config.surfaces)) await heed.recommend(userName(0), { surface });
  const server = await createHttpServer(heed);
  const url = await server.listen({ port: 0 });
  say(`the store was opened in ${((Date.now() - opened) / 1000).toFixed(1)} s`);
  return {
    shape,
    store,
    heed,
    config,
    folder: copy.folder,
    url,
    now,
    async head() {
      await store.log.append([]);
      return store.log.head();
    },
    async putInCharge(model) {
      await heed.promote("main", mainVersions[model]);
    },
    async close() {
      await server.close();
      await copy.remove();
    },
  };
}
