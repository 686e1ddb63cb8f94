import { type Random, random } from "../../../core/random.js";
import type { IncomingEvent } from "../../../events/index.js";
import type { Item, User } from "../../../serve/heed.js";
import { zipf } from "../zipf.js";

/** How large the world is that serving is measured in. */
export interface WorldShape {
  /** Events that the log holds before anything is measured. */
  events: number;
  items: number;
  users: number;
}

/** Ten million events of a hundred thousand users on ten thousand items: a busy day of a middling shop. */
export const fullWorld: WorldShape = { events: 10_000_000, items: 10_000, users: 100_000 };

const actions = ["view", "view", "view", "view", "view", "view", "view", "click", "click", "cart"] as const;
const categories = 20;
const devices = ["phone", "desktop", "tablet", "tv"] as const;
const places = ["home", "work", "travel"] as const;

export const itemName = (number: number) => `item-${number}`;
export const userName = (number: number) => `user-${number}`;

/** What happens in a world, drawn from a seed: a few people do much, and a few items are in everybody's hands. */
export interface World {
  shape: WorldShape;
  user(): string;
  item(): string;
  /** An event that nobody sent before; `prefix` keeps the ids of one sender apart from another's. */
  event(prefix: string, number: number): IncomingEvent & { id: string };
  /** What a request says of itself. */
  context(): { device: string; place: string };
  /** `count` different items. */
  someItems(count: number): string[];
}

/** Opens the draws of a seed. Users follow Zipf(1.0), items Zipf(0.8), which is about what click logs show. */
export function openWorld(shape: WorldShape, ...seed: (string | number)[]): World {
  const source = random(1, "bench", "world", ...seed);
  const drawUser = zipf(shape.users, 1);
  const drawItem = zipf(shape.items, 0.8);
  const user = () => userName(drawUser(source));
  const item = () => itemName(drawItem(source));
  return {
    shape,
    user,
    item,
    event: (prefix, number) => ({
      id: `${prefix}-${number}`,
      user: user(),
      action: pick(actions, source),
      item: item(),
    }),
    context: () => ({ device: pick(devices, source), place: pick(places, source) }),
    someItems(count) {
      const found = new Set<string>();
      while (found.size < Math.min(count, shape.items)) found.add(item());
      return [...found];
    },
  };
}

/** Everything on offer, with the attributes that the click model reads. */
export function itemsOf({ items }: WorldShape): Item[] {
  const source = random(1, "bench", "items");
  return Array.from({ length: items }, (_, number) => ({
    item: itemName(number),
    title: `Item number ${number}`,
    categories: [`category-${source.integer(categories)}`],
    attributes: {
      brand: `brand-${source.integer(200)}`,
      price: `price-${source.integer(20)}`,
      year: `${1980 + source.integer(46)}`,
    },
  }));
}

export function usersOf({ users }: WorldShape): User[] {
  const source = random(1, "bench", "users");
  return Array.from({ length: users }, (_, number) => ({
    user: userName(number),
    attributes: { country: `country-${source.integer(50)}`, age: `age-${source.integer(8)}` },
  }));
}

/** The click model's ten fields, and the values that each can have. */
export function fieldValues(shape: WorldShape): Readonly<Record<string, readonly string[]>> {
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  return {
    user: numbered("user-", shape.users),
    item: numbered("item-", shape.items),
    "user.country": numbered("country-", 50),
    "user.age": numbered("age-", 8),
    "item.category": numbered("category-", categories),
    "item.brand": numbered("brand-", 200),
    "item.price": numbered("price-", 20),
    "item.year": Array.from({ length: 46 }, (_, i) => `${1980 + i}`),
    "context.device": devices,
    "context.place": places,
  };
}

function pick<T>(from: readonly T[], source: Random): T {
  return from[source.integer(from.length)]!;
}
