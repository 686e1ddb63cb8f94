import { describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { countWords, type JointData, jointBatches, uditsr } from "../../../src/models/index.js";
import { compile, gradients, layers, rootScope } from "../../../src/tensor/index.js";
import { createTrainer, type Feeds, fit, type Trainable } from "../../../src/train/index.js";

const sizes = { users: 6, items: 5, queryWidth: 2 };
const words = 6;
/** Item `i` is asked for by word `i + 1`. */
const source = random(1, "uditsr-test");
const taken = Array.from({ length: 6 }, (_, user) =>
  [0, 1, 2].map((k) => ({ user, item: (user + k) % 5, search: k === 0 || user % 2 === 0 ? 1 : 0 })),
).flat();
const events = {
  user: Int32Array.from(taken, ({ user }) => user),
  item: Int32Array.from(taken, ({ item }) => item),
  search: Uint8Array.from(taken, ({ search }) => search),
  query: Int32Array.from(
    taken.flatMap(({ item, search }) => (search ? [item + 1, source.integer(2) * (words - 1)] : [0, 0])),
  ),
};
const { lists } = countWords(events, sizes);
const data: JointData = { ...sizes, words, events, lists };
const seed = 5;
const options = { seed, optimizer: { kind: "adamw", weightDecay: 1e-5 }, embeddings: "exact" } as const;
const small = { dim: 4, layers: 2 };

/** A trained or fresh model, and what it scores all pairs for a query. */
async function opened(model: Trainable, epochs = 0) {
  const batches = (epoch: number) => jointBatches(data, { batchSize: 6, seed, epoch });
  const { trainer } =
    epochs > 0
      ? await fit(model, { ...options, epochs, learningRate: 0.02, batches }).finish()
      : { trainer: await createTrainer(model, options) };
  const { users, items } = await trainer.predict({});
  const copy = ({ data: values, shape }: Feeds[string]) => ({
    data: Float32Array.from(values as Float32Array),
    shape,
  });
  const vectors = { "vectors.users": copy(users!), "vectors.items": copy(items!) };
  const pairs = Array.from({ length: sizes.users * sizes.items }, (_, i) => ({
    user: Math.floor(i / sizes.items),
    item: i % sizes.items,
  }));
  return {
    async scores(probe: "search" | "recommendation", query: number[]) {
      const found = await trainer.probe({
        ...vectors,
        user: { data: Int32Array.from(pairs, ({ user }) => user), shape: [pairs.length] },
        item: { data: Int32Array.from(pairs, ({ item }) => item), shape: [pairs.length] },
        query: {
          data: Int32Array.from(pairs.flatMap(() => query)),
          shape: [pairs.length, sizes.queryWidth],
        },
      });
      return Array.from(found[probe]!.data, Number);
    },
    release: () => trainer.release(),
  };
}

async function scores(model: Trainable, probe: "search" | "recommendation", query: number[]) {
  const fresh = await opened(model);
  const found = await fresh.scores(probe, query);
  await fresh.release();
  return found;
}

describe("word lists", () => {
  test("hold the commonest words of training queries, most frequent first, and leave one event out", () => {
    const few = {
      user: Int32Array.of(0, 0, 0, 1),
      item: Int32Array.of(0, 0, 1, 1),
      search: Uint8Array.of(1, 1, 1, 0),
      query: Int32Array.of(3, 2, 3, 0, 4, 0, 0, 0),
    };
    const counted = countWords(few, { users: 2, items: 2, queryWidth: 2, userWidth: 3, itemWidth: 2 });
    expect(counted.lists).toEqual({
      user: Int32Array.of(3, 2, 4, 0, 0, 0),
      userWidth: 3,
      item: Int32Array.of(3, 2, 4, 0),
      itemWidth: 2,
    });
    expect(counted.without(0)).toEqual({ user: Int32Array.of(3, 4, 0), item: Int32Array.of(3, 0) });
    expect(counted.without(2)).toEqual({ user: Int32Array.of(3, 2, 0), item: Int32Array.of(0, 0) });
    expect(counted.without(3).item).toEqual(Int32Array.of(4, 0));
  });
});

describe("joint batches", () => {
  test("hold every event once, with an item that its user has not taken, and never an event's own words", () => {
    const seen: string[] = [];
    for (const { user, item, negative, search, itemWords } of jointBatches(data, {
      batchSize: 4,
      seed,
      epoch: 1,
    })) {
      user!.data.forEach((who, i) => {
        seen.push(`${who}-${item!.data[i]}`);
        expect(
          taken.some((event) => event.user === Number(who) && event.item === Number(negative!.data[i])),
        ).toBe(false);
        const askers = taken.filter(
          (event) => event.item === Number(item!.data[i]) && event.search === 1,
        ).length;
        const known = Array.from((itemWords!.data as Int32Array).subarray(i * 10, (i + 1) * 10)).includes(
          Number(item!.data[i]) + 1,
        );
        expect(known).toBe(askers - Number(search!.data[i]) > 0);
      });
    }
    expect(seen.sort()).toEqual(taken.map(({ user, item }) => `${user}-${item}`).sort());
    const both = [1, 1].map((epoch) => [...jointBatches(data, { batchSize: 4, seed, epoch })]);
    expect(both[0]).toEqual(both[1]);
  });
});

describe("UDITSR", () => {
  test("learns to rank what a query found above what its user never took", async () => {
    const model = await opened(uditsr.trainable(data, { ...small, dim: 8 }), 50);
    for (const { user, item, search } of taken) {
      if (search === 0) continue;
      const found = await model.scores("search", [item + 1, 0]);
      for (let other = 0; other < sizes.items; other++) {
        if (taken.some((event) => event.user === user && event.item === other)) continue;
        expect(found[user * sizes.items + item]).toBeGreaterThan(found[user * sizes.items + other]!);
      }
    }
    await model.release();
  });

  test("scores a recommendation by the words of the item, and a search by those of the query alone", async () => {
    const other = (kind: "user" | "item") => {
      const changed = lists[kind].slice();
      changed[0] = changed[0] === 5 ? 4 : 5;
      return { ...data, lists: { ...lists, [kind]: changed } };
    };
    // Without translation the vectors of the graph do not depend on words.
    const plain = { ...small, translation: false };
    const at = (given: JointData, probe: "search" | "recommendation") =>
      scores(uditsr.trainable(given, plain), probe, [1, 2]);
    const [feed, search] = [await at(data, "recommendation"), await at(data, "search")];
    const byItem = await at(other("item"), "recommendation");
    // Item 0 changes for every user, and no other.
    byItem.forEach((score, pair) => {
      if (pair % sizes.items === 0) expect(score).not.toBe(feed[pair]);
      else expect(score).toBe(feed[pair]);
    });
    expect(await at(other("user"), "search")).toEqual(search);
    expect(await at(other("item"), "search")).toEqual(search);
    expect(await at(other("user"), "recommendation")).not.toEqual(feed);
  });

  test("gives padding no vector unless it is to be a word", async () => {
    const feed = (paddingAsWord: boolean, query: number[]) =>
      scores(uditsr.trainable(data, { ...small, translation: false, paddingAsWord }), "search", query);
    const [one, other] = [await feed(false, [1, 0]), await feed(false, [0, 1])];
    expect(one).toEqual(other);
    expect(await feed(true, [1, 0])).not.toEqual(one);
  });

  test("has no gradient of supervision where nobody searches", async () => {
    const build = (supervision: number) => {
      const scope = rootScope({ training: true, seed, embeddings: "exact", dtype: "float64" });
      const { loss } = uditsr.trainable(data, { ...small, supervision }).build(layers(scope));
      return { scope, loss };
    };
    const [batch] = jointBatches(data, { batchSize: 4, seed, epoch: 1 });
    const feedOnly = { ...batch!, search: { data: new Int32Array(4), shape: [4] } };
    const lossAt = async (supervision: number, feeds: Feeds) => {
      const { scope, loss } = build(supervision);
      const { parameters } = scope.declared;
      const found = gradients(
        loss,
        parameters.map(({ tensor }) => tensor),
      );
      const program = await compile({ loss, ...Object.fromEntries(found.map((g, i) => [`g${i}`, g])) });
      const values = Object.fromEntries(
        parameters.map(({ name, shape }) => {
          const draws = random(2, name);
          return [
            name,
            {
              data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draws.normal() / 2),
              shape,
            },
          ];
        }),
      );
      const result = await program.run({ ...feeds, ...values });
      await program.release();
      return Object.values(result).map(({ data: numbers }) => Array.from(numbers, Number));
    };
    expect(await lossAt(1.5, feedOnly)).toEqual(await lossAt(0, feedOnly));
    expect(await lossAt(1.5, batch!)).not.toEqual(await lossAt(0, batch!));
  });

  test("refuses events of nobody, and somebody who took everything", async () => {
    const none = {
      user: new Int32Array(),
      item: new Int32Array(),
      search: new Uint8Array(),
      query: new Int32Array(),
    };
    await expect(createTrainer(uditsr.trainable({ ...data, events: none }), options)).rejects.toThrow(
      /uditsr: there are no events/,
    );
    const all = {
      ...data,
      items: 1,
      events: {
        user: Int32Array.of(0),
        item: Int32Array.of(0),
        search: Uint8Array.of(0),
        query: Int32Array.of(0, 0),
      },
    };
    expect(() => [...jointBatches(all, { batchSize: 1, seed, epoch: 1 })]).toThrow(
      /user 0 has taken every item/,
    );
  });
});
