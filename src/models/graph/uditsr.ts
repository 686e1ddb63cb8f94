import { HeedError } from "../../core/errors.js";
import { bpr, concat, constant, input, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel, type Task } from "../model.js";
import { demandGenerator, sharedMlp, withoutPadding } from "./demand.js";
import { searchSupervision, translationContrast } from "./intent-losses.js";
import type { JointData } from "./joint-events.js";
import { nodeTable } from "./node-table.js";
import { sparseMatrix } from "./sparse.js";
import { gatherRows, productHop } from "./sparse-product.js";
import { translated, weightedLayers } from "./translation.js";

interface JointResult {
  loss: Tensor;
  outputs: Readonly<Record<string, Tensor>>;
  probes: Readonly<Record<string, Tensor>>;
}

/** Events of two scenes, search and recommendation; the model brings its own losses. */
const joint: Task<JointData, { data: JointData }, JointResult> = {
  name: "joint",
  inputs(data) {
    if (data.events.user.length === 0)
      throw new HeedError("empty", "there are no events", "give at least one to learn from");
    return { data };
  },
  finish: (result) => result,
};

/**
 * UDITSR (arXiv:2407.00912): one model of search and recommendation. What is wanted now is said by the query, or guessed where
 * there is none, by a generator that learns from queries; taste plus that demand is translated to the item along the graph.
 *
 * Outputs are final vectors of `users` and `items`. The probes `search` and `recommendation` score pairs: feed those vectors as
 * `vectors.users` and `vectors.items`, and `user`, `item` and `query` of each pair; `demand` is what is guessed of it.
 */
export const uditsr = defineModel({
  name: "uditsr",
  task: joint,
  options: {
    dim: 100,
    layers: 2,
    /** Weights of the losses beside BPR. */
    supervision: 1.5,
    contrast: 0.2,
    /** Whether edges carry demands; without them propagation is a plain mean. */
    translation: true,
    /** Padding learns a vector of its own and counts as a word, as in the authors' code. */
    paddingAsWord: false,
  },
  build({ data, nn }: { data: JointData; nn: Layers }, o) {
    const { users, items, words, lists, events } = data;
    const start = {
      users: nodeTable(nn, "userTable", users, o.dim),
      items: nodeTable(nn, "itemTable", items, o.dim),
    };
    const learned = nodeTable(nn, "wordTable", words, o.dim);
    const table = o.paddingAsWord ? learned : withoutPadding(learned);
    const generate = demandGenerator(nn, { dim: o.dim, userWords: lists.userWidth });
    const head = (name: string) =>
      sharedMlp(nn, name, [3 * o.dim, Math.ceil(1.5 * o.dim), Math.ceil(0.75 * o.dim), 1], (x) =>
        x.leakyRelu(),
      );
    const heads = { search: head("searchHead"), recommendation: head("recommendationHead") };
    const typed = (query: Tensor) => table.gather(query).sum(1);
    const present = (ids: Tensor) =>
      o.paddingAsWord ? {} : { itemWordsPresent: ids.greater(0).cast(table.dtype) };
    /** The demand guessed of pairs; lists of words are the training ones unless given. */
    const guessed = (user: Tensor, item: Tensor, userWords?: Tensor, itemWords?: Tensor) => {
      const own = userWords ?? constant("int32", [users, lists.userWidth], lists.user).gather(user);
      const itemIds = itemWords ?? constant("int32", [items, lists.itemWidth], lists.item).gather(item);
      return generate({
        user: start.users.gather(user),
        item: start.items.gather(item),
        userWords: table.gather(own),
        itemWords: table.gather(itemIds),
        ...present(itemIds),
      });
    };

    const demands = o.translation ? edgeDemands(data, table, start, generate, o) : null;
    const passed = translated({ ...events, users, items }, start, demands, o.layers);
    const final = weightedLayers(start, passed);

    const column = (name: string, width?: number) =>
      input(name, "int32", width === undefined ? ["batch"] : ["batch", width]);
    const [user, item, negative, query] = [
      column("user"),
      column("item"),
      column("negative"),
      column("query", data.queryWidth),
    ];
    const score = (scene: keyof typeof heads, who: Tensor, what: Tensor, demand: Tensor) =>
      heads[scene](concat([who, what, demand], 1)).squeeze(1);

    const isSearch = input("search", "int32", ["batch"]).equal(1);
    const ownWords = column("userWords", lists.userWidth);
    const typedDemand = typed(query);
    const guess = guessed(user, item, ownWords, column("itemWords", lists.itemWidth));
    const otherGuess = guessed(user, negative, ownWords, column("negativeWords", lists.itemWidth));
    const [who, taken, other] = [
      final.users.gather(user),
      final.items.gather(item),
      final.items.gather(negative),
    ];
    const used = (demand: Tensor) => isSearch.unsqueeze(1).where(typedDemand, demand);
    const scored = (what: Tensor, demand: Tensor) =>
      isSearch.where(score("search", who, what, demand), score("recommendation", who, what, demand));
    const losses = [
      bpr(scored(taken, used(guess)), scored(other, used(otherGuess))),
      searchSupervision(guess, typedDemand, isSearch.cast(table.dtype)).mul(o.supervision),
      translationContrast(who.add(used(guess)), taken, other).mul(o.contrast),
    ];
    const weights = [1, o.supervision, o.contrast];

    const vectors = {
      users: input("vectors.users", table.dtype, [users, o.dim]).gather(user),
      items: input("vectors.items", table.dtype, [items, o.dim]).gather(item),
    };
    const trainedGuess = guessed(user, item);
    return {
      loss: losses.filter((_, i) => weights[i]! > 0).reduce((sum, loss) => sum.add(loss)),
      outputs: { ...final },
      probes: {
        search: score("search", vectors.users, vectors.items, typedDemand),
        recommendation: score("recommendation", vectors.users, vectors.items, trainedGuess),
        demand: trainedGuess,
        typed: typedDemand,
      },
    };
  },
});

/** The vector of each training event: what was typed, else what is guessed, from the vectors that training starts from. */
function edgeDemands(
  { events, lists, words, queryWidth }: JointData,
  table: Tensor,
  start: { users: Tensor; items: Tensor },
  generate: ReturnType<typeof demandGenerator>,
  { dim, paddingAsWord }: { dim: number; paddingAsWord: boolean },
): Tensor {
  const all = Array.from(events.search, (_, event) => event);
  const searches = all.filter((event) => events.search[event] === 1);
  const others = all.filter((event) => events.search[event] !== 1);
  const parts: Tensor[] = [];
  if (searches.length > 0) {
    const typed = searches.flatMap((event, row) =>
      Array.from(events.query.subarray(event * queryWidth, (event + 1) * queryWidth), (word) => ({
        row,
        word,
      })),
    );
    const counted = paddingAsWord ? typed : typed.filter(({ word }) => word > 0);
    const bag = sparseMatrix(
      searches.length,
      words,
      counted.map(({ row }) => row),
      counted.map(({ word }) => word),
    );
    parts.push(productHop(bag)(table));
  }
  if (others.length > 0) {
    const ids = (of: Int32Array) => Int32Array.from(others, (event) => of[event]!);
    const wordIds = (list: Int32Array, width: number, of: Int32Array) =>
      Int32Array.from(
        others.flatMap((event) => Array.from(list.subarray(of[event]! * width, (of[event]! + 1) * width))),
      );
    const itemIds = wordIds(lists.item, lists.itemWidth, events.item);
    const userIds = wordIds(lists.user, lists.userWidth, events.user);
    parts.push(
      generate({
        user: gatherRows(start.users, ids(events.user)),
        item: gatherRows(start.items, ids(events.item)),
        userWords: gatherRows(table, userIds).reshape([others.length, lists.userWidth, dim]),
        itemWords: gatherRows(table, itemIds).reshape([others.length, lists.itemWidth, dim]),
        ...(!paddingAsWord && {
          itemWordsPresent: constant(
            table.dtype,
            [others.length, lists.itemWidth],
            Array.from(itemIds, (word) => Number(word > 0)),
          ),
        }),
      }),
    );
  }
  const order = new Int32Array(all.length);
  [...searches, ...others].forEach((event, place) => {
    order[event] = place;
  });
  return gatherRows(concat(parts, 0), order);
}
