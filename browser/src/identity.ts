import { randomId } from "./random.js";
import type { Storage } from "./storage.js";

const sessionGap = 30 * 60_000;
// Activity is written down once a minute, not with every event.
const precision = 60_000;

/** Who this browser is. A session ends after half an hour without an event. */
interface Known {
  anonymous: string;
  user?: string;
  /** The user the anonymous id was already merged into. */
  merged?: string;
  session: string;
  active: number;
}

export interface Identity {
  /** Reads the ids, making them when there are none yet. */
  current(): Known;
  /** Counts as activity: opens a session, or keeps it open. */
  touch(): Known;
  update(change: { user?: string; merged?: string }): void;
  forget(): void;
}

/** Ids in first-party storage, shared by the tabs of one site; in memory where there is no storage. */
export function openIdentity(storage: Storage): Identity {
  let memory: Known | undefined;

  function write(known: Known): Known {
    memory = known;
    storage.set("id", JSON.stringify(known));
    return known;
  }

  // Read every time: another tab may have identified or reset.
  function read(): Known | undefined {
    try {
      const known = JSON.parse(storage.get("id") ?? "null") as Known | null;
      return known && typeof known.anonymous === "string" ? known : memory;
    } catch {
      return memory;
    }
  }

  const current = () => read() ?? write({ anonymous: randomId(), session: randomId(), active: Date.now() });

  return {
    current,
    touch() {
      const known = current();
      const pause = Math.abs(Date.now() - known.active);
      if (pause < precision) return known;
      return write({
        ...known,
        active: Date.now(),
        session: pause > sessionGap ? randomId() : known.session,
      });
    },
    update: (change) => void write({ ...current(), ...change }),
    forget() {
      memory = undefined;
      storage.remove("id");
    },
  };
}
