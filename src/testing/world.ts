import { type Random, random } from "../core/random.js";
import type { HeedEvent } from "../events/index.js";
import { second } from "./sample.js";

/** Something to do to a log. */
export type Step = { append: HeedEvent[] } | { merge: { anonymous: string; user: string } };

/**
 * A little world in which everything that can go wrong with time does: events arrive late and out of order, senders'
 * clocks are off by up to five seconds, visitors turn out to be users half-way, slates get lost. Same seed, same world.
 */
export function smallWorld(seed: number, size = 60, project = "p"): Step[] {
  const draw = random(seed, "small-world");
  const steps: Step[] = [];
  const pending: { due: number; event: HeedEvent }[] = [];
  for (let i = 0; i < size; i++) {
    const now = second(i * 2);
    const event = randomEvent(draw, i, now, project);
    pending.push({ due: i + (draw.uniform() < 0.3 ? draw.integer(8) : 0), event });
    const arrived = pending.filter(({ due }) => due <= i);
    for (const each of arrived) pending.splice(pending.indexOf(each), 1);
    if (arrived.length > 0) {
      const received = new Date(now).toISOString();
      steps.push({ append: arrived.map((each) => ({ ...each.event, received })) });
    }
    if (draw.uniform() < 0.06) {
      const anonymous = `a${draw.integer(4)}`;
      steps.push({
        merge: { anonymous, user: draw.uniform() < 0.7 ? `u${draw.integer(3)}` : `a${draw.integer(4)}` },
      });
    }
  }
  return steps;
}

const outcomes = ["view", "click", "dwell", "purchase"];

function randomEvent(draw: Random, i: number, now: number, project: string): HeedEvent {
  const user = draw.uniform() < 0.5 ? `a${draw.integer(4)}` : `u${draw.integer(3)}`;
  const skew = draw.uniform() < 0.5 ? draw.integer(10_001) - 5_000 : 0;
  const base = {
    id: `w${i}`,
    project: draw.uniform() < 0.9 ? project : `${project}-neighbour`,
    user,
    time: new Date(now + skew - (draw.uniform() < 0.3 ? draw.integer(12_000) : 0)).toISOString(),
    received: new Date(now).toISOString(),
    ...(skew !== 0 && draw.uniform() < 0.7 ? { skew } : {}),
  };
  const slate = `s${draw.integer(Math.floor(i / 4) + 2)}`;
  if (draw.uniform() < 0.35) {
    const items = Array.from({ length: 1 + draw.integer(3) }, (_, k) => ({
      item: `i${draw.integer(5)}`,
      position: k + 1,
      propensity: (1 + draw.integer(4)) / 4,
    }));
    const surface = draw.uniform() < 0.5 ? "home" : "search";
    return { ...base, action: "impression", slate, surface, model: "m", items };
  }
  return {
    ...base,
    action: outcomes[draw.integer(outcomes.length)]!,
    item: `i${draw.integer(5)}`,
    ...(draw.uniform() < 0.6 ? { slate } : {}),
    // Every value is another one: it tells which event a feature came from.
    ...(draw.uniform() < 0.5 ? { value: 2 ** -20 * i + draw.integer(100) } : {}),
  };
}
