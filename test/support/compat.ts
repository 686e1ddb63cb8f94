import { compatibility, openHeed } from "../../src/serve/index.js";
import { openStore } from "../../src/store/index.js";
import { temporaryFolder } from "./cli.js";
import { newHome, type Running, start, twoKeys } from "./http.js";

/** A server over the real store that also answers as Segment, PostHog and Gorse do. */
export interface Compatible extends Running {
  keys: { secret: string; publishable: string };
}

/** Starts it with a secret and a publishable key, or open to this machine. */
export async function startCompatible(options: { open?: boolean } = {}): Promise<Compatible> {
  const heed = await openHeed({ store: await openStore(temporaryFolder()) });
  const home = newHome();
  const keys = options.open ? undefined : twoKeys(home);
  const running = await start(heed, { home, extend: compatibility(heed) });
  return {
    ...running,
    keys: { secret: keys?.secret.key ?? "any", publishable: keys?.publishable.key ?? "any" },
  };
}

/** What an event says beside its bookkeeping. */
export type Said = Record<string, unknown> & { id: string; user: string; action: string; time: string };

export async function said({ heed }: Running, user: string): Promise<Said[]> {
  return (await heed.userEvents(user, { limit: 1_000 })) as Said[];
}
