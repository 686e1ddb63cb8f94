import { HeedError } from "../../core/errors.js";
import { type Random, random, shuffle } from "../../core/random.js";
import { row, type SequenceData } from "../../data/index.js";
import { contentWords, countWords, fitBm25, type JointData, type JointEvents } from "../../models/index.js";

/** Events that share a word or an item, from which it is kept; the most words; the longest query. */
const [leastEvents, leastItems, mostWords, queryWidth] = [5, 5, 5000, 3];
const searchShare = 0.3;

/**
 * People who both search and browse, made from real purchases and made-up queries: say "semi-synthetic" wherever it is shown.
 * A random share of each user's events become searches whose query is words of the item's title.
 */
export interface JointWorld extends Omit<JointData, "events" | "lists"> {
  /** Words by id; place 0 is blank. */
  vocabulary: readonly string[];
  /** The words of each item's title, those without an id included: what a text index holds. */
  titles: readonly (readonly string[])[];
  train: JointEvents;
  validation: JointEvents;
  test: JointEvents;
}

interface Event {
  user: number;
  item: number;
  /** Null in the feed. */
  query: readonly number[] | null;
}

/** Draws a world: at most so many `users`, items of 5 events or more among theirs, users with three or more left. */
export function jointWorld(data: SequenceData, users: number, seed: number): JointWorld {
  const { titles } = data;
  if (!titles)
    throw new HeedError("titles", `${data.name} has no titles`, "give sequences of items with titles");
  const histories = frequent(drawnHistories(data, users, seed));
  const itemIds = [...new Set(histories.flat())].sort((a, b) => a - b);
  const numberOf = new Map(itemIds.map((item, i) => [item, i]));
  const words = itemIds.map((item) => contentWords(titles[item]!));
  const vocabulary = vocabularyOf(words);
  const wordIds = new Map(vocabulary.map((word, id) => [word, id]));
  const index = fitBm25(words);
  const known = words.map((title) => [...new Set(title)].filter((word) => wordIds.has(word)));
  const events = histories.map((history, user) => {
    const source = random(seed, "searches", user);
    const items = history.map((item) => numberOf.get(item)!);
    const searched = drawn(items.length, Math.round(searchShare * items.length), source);
    return items.map((item, place): Event => {
      const query = searched.has(place) ? drawQuery(known[item]!, index.idf, source) : [];
      return { user, item, query: query.length > 0 ? query.map((word) => wordIds.get(word)!) : null };
    });
  });
  const parts = events.map(leaveLastOfScenes);
  const part = (name: "train" | "validation" | "test") => joined(parts.flatMap((own) => own[name]));
  return {
    users: events.length,
    items: itemIds.length,
    words: vocabulary.length,
    queryWidth,
    vocabulary,
    titles: words,
    train: part("train"),
    validation: part("validation"),
    test: part("test"),
  };
}

function drawnHistories(data: SequenceData, users: number, seed: number): number[][] {
  const order = Int32Array.from({ length: data.users }, (_, user) => user);
  shuffle(order, random(seed, "joint-users"));
  return Array.from(order.slice(0, users).sort(), (user) => Array.from(row(data.sequences, user)));
}

/** Without rare items, then without users who have fewer than three events left. */
function frequent(histories: readonly number[][]): number[][] {
  const counts = new Map<number, number>();
  for (const item of histories.flat()) counts.set(item, (counts.get(item) ?? 0) + 1);
  return histories
    .map((history) => history.filter((item) => counts.get(item)! >= leastEvents))
    .filter(({ length }) => length >= 3);
}

/** The words that enough titles hold, those of most titles first, ties in code point order; place 0 is padding. */
function vocabularyOf(titles: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const title of titles)
    for (const word of new Set(title)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const kept = [...counts].filter(([, n]) => n >= leastItems);
  const ranked = kept.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, mostWords);
  return ["", ...ranked.map(([word]) => word)];
}

function drawn(of: number, count: number, source: Random): Set<number> {
  const places = Array.from({ length: of }, (_, place) => place);
  shuffle(places, source);
  return new Set(places.slice(0, count));
}

/** One to three different words of a title, each draw in proportion to rarity; none where the title has no word. */
function drawQuery(words: readonly string[], idf: (word: string) => number, source: Random): string[] {
  const count = Math.min(words.length, 1 + source.integer(queryWidth));
  const left = [...words];
  return Array.from({ length: count }, () => {
    const weights = left.map(idf);
    let at = source.uniform() * weights.reduce((a, b) => a + b, 0);
    const chosen = weights.findIndex((weight) => {
      at -= weight;
      return at < 0;
    });
    return left.splice(chosen < 0 ? left.length - 1 : chosen, 1)[0]!;
  });
}

/** The last event of each scene tests and the one before validates, where the user has three or more in it. */
function leaveLastOfScenes(events: readonly Event[]) {
  const parts = { train: [] as Event[], validation: [] as Event[], test: [] as Event[] };
  for (const isSearch of [true, false]) {
    const scene = events.filter(({ query }) => (query !== null) === isSearch);
    const held = scene.length >= 3 ? 2 : 0;
    parts.train.push(...scene.slice(0, scene.length - held));
    parts.validation.push(...scene.slice(scene.length - held, scene.length - held + held / 2));
    parts.test.push(...scene.slice(scene.length - held / 2));
  }
  return parts;
}

function joined(events: readonly Event[]): JointEvents {
  return {
    user: Int32Array.from(events, ({ user }) => user),
    item: Int32Array.from(events, ({ item }) => item),
    search: Uint8Array.from(events, ({ query }) => Number(query !== null)),
    query: Int32Array.from(
      events.flatMap(({ query }) => Array.from({ length: queryWidth }, (_, i) => query?.[i] ?? 0)),
    ),
  };
}

/** Which training events a model is given: all; one scene's alone; or all, with the searches as if from the feed. */
export type Given = "all" | "searches" | "feed" | "wordless";

/** The training data of a model: events as they are given to it, and word lists counted from them alone. */
export function trainingData(world: JointWorld, given: Given): JointData {
  const kept = given === "searches" ? [1] : given === "feed" ? [0] : [0, 1];
  const chosen = Array.from(world.train.search.keys()).filter((event) =>
    kept.includes(world.train.search[event]!),
  );
  const events = chosenEvents(world.train, chosen);
  if (given === "wordless") {
    events.search.fill(0);
    events.query.fill(0);
  }
  const { users, items, words } = world;
  return {
    users,
    items,
    words,
    queryWidth,
    events,
    lists: countWords(events, { users, items, queryWidth }).lists,
  };
}

/** Some of the events, in the order given. */
export function chosenEvents(events: JointEvents, chosen: readonly number[]): JointEvents {
  return {
    user: Int32Array.from(chosen, (event) => events.user[event]!),
    item: Int32Array.from(chosen, (event) => events.item[event]!),
    search: Uint8Array.from(chosen, (event) => events.search[event]!),
    query: Int32Array.from(
      chosen.flatMap((event) =>
        Array.from(events.query.subarray(event * queryWidth, (event + 1) * queryWidth)),
      ),
    ),
  };
}
