import { rankOf } from "../../evaluate/index.js";
import { fitBm25, type JointEvents } from "../../models/index.js";
import type { Feeds, Trainer } from "../../train/index.js";
import type { JointWorld } from "./uditsr-data.js";

/** How many items of a text index are ranked anew. */
const candidates = 200;

/** The scores of all items for one event: what was asked, or nothing, by whom. */
export type EventScores = (events: JointEvents, chosen: readonly number[]) => Promise<Float64Array[]>;

/** Events of one scene. */
export function eventsOf(events: JointEvents, isSearch: boolean, limit = Number.POSITIVE_INFINITY): number[] {
  return Array.from(events.search.keys())
    .filter((event) => (events.search[event] === 1) === isSearch)
    .slice(0, limit);
}

/** The items each user took in training, which are not shown again. */
export function takenItems({ users, train }: JointWorld): Set<number>[] {
  const taken = Array.from({ length: users }, () => new Set<number>());
  train.user.forEach((user, event) => {
    taken[user]!.add(train.item[event]!);
  });
  return taken;
}

/** The rank of what was taken among all items that the user had not taken in training, ties counted one half. */
export async function ranksOf(
  world: JointWorld,
  events: JointEvents,
  chosen: readonly number[],
  score: EventScores,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const taken = takenItems(world);
  const ranks = new Float64Array(chosen.length);
  // Ranks count ids from 1.
  const shifted = new Float64Array(world.items + 1);
  for (let start = 0; start < chosen.length; start += 16) {
    const some = chosen.slice(start, start + 16);
    const scores = await score(events, some);
    some.forEach((event, i) => {
      shifted.set(scores[i]!, 1);
      const seen = Array.from(taken[events.user[event]!]!, (item) => item + 1);
      ranks[start + i] = rankOf(shifted, events.item[event]! + 1, seen);
    });
    signal?.throwIfAborted();
  }
  return ranks;
}

const copied = ({ data, shape }: Feeds[string]) => ({ data: Float32Array.from(data as Float32Array), shape });

/** Asks a trained model of two scenes about pairs; the graph is propagated once. */
export async function openPairs(trainer: Pick<Trainer, "predict" | "probe">, world: JointWorld) {
  const final = await trainer.predict({});
  const vectors: Feeds = {
    ...(final.users && { "vectors.users": copied(final.users) }),
    "vectors.items": copied(final.items!),
  };
  const { queryWidth } = world;
  /** The probes of pairs: event `chosen[i]` with `items[i]`. */
  function probes(events: JointEvents, chosen: readonly number[], items: readonly number[]) {
    return trainer.probe({
      user: { data: Int32Array.from(chosen, (event) => events.user[event]!), shape: [chosen.length] },
      item: { data: Int32Array.from(items), shape: [items.length] },
      query: {
        data: Int32Array.from(
          chosen.flatMap((event) =>
            Array.from(events.query.subarray(event * queryWidth, (event + 1) * queryWidth)),
          ),
        ),
        shape: [chosen.length, queryWidth],
      },
      ...vectors,
    });
  }
  return {
    vectors,
    probes,
    scores:
      (scene: "search" | "recommendation"): EventScores =>
      async (events, chosen) => {
        const all = Array.from({ length: world.items }, (_, item) => item);
        const pairs = chosen.flatMap((event) => all.map(() => event));
        const found = (
          await probes(
            events,
            pairs,
            chosen.flatMap(() => all),
          )
        )[scene]!;
        const flat = Float64Array.from(found.data as Float32Array);
        return chosen.map((_, i) => flat.subarray(i * world.items, (i + 1) * world.items));
      },
  };
}

export type Pairs = Awaited<ReturnType<typeof openPairs>>;

/** BM25 over titles; with `popular`, ties fall by how often an item was taken in training. */
export function titleScores(world: JointWorld, popular: boolean): EventScores {
  const index = fitBm25(world.titles);
  const counts = new Float64Array(world.items);
  for (const item of world.train.item) counts[item]!++;
  const { queryWidth, vocabulary } = world;
  return async (events, chosen) =>
    chosen.map((event) => {
      const ids = Array.from(events.query.subarray(event * queryWidth, (event + 1) * queryWidth));
      const scores = new Float64Array(world.items);
      index.score(
        ids.filter((id) => id > 0).map((id) => vocabulary[id]!),
        scores,
      );
      return popular ? scores.map((score, item) => score + 1e-6 * counts[item]!) : scores;
    });
}

/** The candidates of a search by BM25, and what both think of them; the first is what was taken, if it is among them. */
interface Shortlist {
  text: number[];
  model: number[];
  /** The rank by BM25 alone, for a target that is no candidate. */
  outside: number | null;
}

/** The best items by text for each search, with both scores: all that blending needs. */
export async function shortlists(
  world: JointWorld,
  events: JointEvents,
  chosen: readonly number[],
  pairs: Pairs,
): Promise<Shortlist[]> {
  const taken = takenItems(world);
  const text = titleScores(world, true);
  const lists: Shortlist[] = [];
  for (const event of chosen) {
    const [scores] = await text(events, [event]);
    const target = events.item[event]!;
    const order = Array.from(scores!.keys())
      .filter((item) => item === target || !taken[events.user[event]!]!.has(item))
      .sort((a, b) => scores![b]! - scores![a]! || a - b);
    const rank = order.indexOf(target) + 1;
    if (rank > candidates) {
      lists.push({ text: [], model: [], outside: rank });
      continue;
    }
    const items = [target, ...order.slice(0, candidates).filter((item) => item !== target)];
    const found = (
      await pairs.probes(
        events,
        items.map(() => event),
        items,
      )
    ).search!;
    lists.push({
      text: items.map((item) => scores![item]!),
      model: Array.from(found.data, Number),
      outside: null,
    });
  }
  return lists;
}

/** Ranks of what was taken when candidates are ordered by text + weight * model. */
export function blendedRanks(lists: readonly Shortlist[], weight: number): Float64Array {
  return Float64Array.from(lists, ({ text, model, outside }) => {
    if (outside !== null) return outside;
    const blended = text.map((score, i) => score + weight * model[i]!);
    const ties = blended.filter((score) => score === blended[0]).length - 1;
    return 1 + blended.filter((score) => score > blended[0]!).length + ties / 2;
  });
}
