import type { Heed } from "../heed.js";
import type { Rejections } from "./rejections.js";

/** How a project is doing at one moment. */
export interface ActivityNow {
  /** When this was worked out, in milliseconds since 1970. */
  at: number;
  /** Accepted events a second, over the last `measuredSeconds`. */
  eventsPerSecond: number;
  /** 10, or less while counting has just begun. */
  measuredSeconds: number;
  /** Events refused since the server started. */
  rejected: number;
  models: { name: string; serving: string | null; training: string }[];
}

/** Counts accepted events a second, a project at a time, from the first time that somebody asks. */
export interface Activities {
  of(project: string): Promise<ActivityNow>;
  close(): void;
}

const windowSeconds = 10;

export function createActivities(heed: Heed, rejections: Rejections, now: () => number): Activities {
  const counters = new Map<string, Counter>();

  function counterOf(project: string): Counter {
    let counter = counters.get(project);
    if (!counter) {
      counter = countPerSecond(now);
      const { count } = counter;
      counter.end = heed.tail(count, { project });
      counters.set(project, counter);
    }
    return counter;
  }

  return {
    async of(project) {
      const rate = counterOf(project).rate();
      const models = await heed.models({ project });
      return {
        at: now(),
        ...rate,
        rejected: rejections.count(project),
        models: models.map(({ name, serving, training }) => ({
          name,
          serving: serving && `${serving.model} ${serving.version}`,
          training,
        })),
      };
    },
    close() {
      for (const { end } of counters.values()) end();
    },
  };
}

interface Counter {
  count(): void;
  rate(): { eventsPerSecond: number; measuredSeconds: number };
  end(): void;
}

/** One count for each of the last seconds. */
function countPerSecond(now: () => number): Counter {
  const counts = new Float64Array(windowSeconds + 1);
  const began = now();
  let second = Math.floor(began / 1000);

  function forward(): void {
    const current = Math.floor(now() / 1000);
    for (let passed = Math.max(second + 1, current - windowSeconds); passed <= current; passed++)
      counts[passed % counts.length] = 0;
    second = Math.max(second, current);
  }

  return {
    count() {
      forward();
      counts[second % counts.length]! += 1;
    },
    rate() {
      forward();
      const measuredSeconds = Math.min(windowSeconds, Math.max(1, (now() - began) / 1000));
      return {
        eventsPerSecond: counts.reduce((sum, one) => sum + one, 0) / measuredSeconds,
        measuredSeconds,
      };
    },
    end() {},
  };
}
