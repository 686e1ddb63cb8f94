import { bpr, concat, constant, input, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { demandGenerator, sharedMlp, withoutPadding } from "./demand.js";
import { edgeDemands } from "./edge-demands.js";
import { searchSupervision, translationContrast } from "./intent-losses.js";
import type { JointData } from "./joint-events.js";
import { joint, jointBatch, jointPairs } from "./joint-task.js";
import { nodeTable } from "./node-table.js";
import { translated, weightedLayers } from "./translation.js";

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
    const { users, items, lists, events } = data;
    const start = {
      users: nodeTable(nn, "userTable", users, o.dim),
      items: nodeTable(nn, "itemTable", items, o.dim),
    };
    const learned = nodeTable(nn, "wordTable", data.words, o.dim);
    const table = o.paddingAsWord ? learned : withoutPadding(learned);
    const generate = demandGenerator(nn, { dim: o.dim, userWords: lists.userWidth });
    const heads = {
      search: scoreHead(nn, "searchHead", o.dim),
      recommendation: scoreHead(nn, "recommendationHead", o.dim),
    };
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

    const batch = jointBatch(data);
    const words = (name: string, width: number) => input(name, "int32", ["batch", width]);
    const typedDemand = typed(batch.query);
    const ownWords = words("userWords", lists.userWidth);
    const guess = guessed(batch.user, batch.item, ownWords, words("itemWords", lists.itemWidth));
    const otherWords = words("negativeWords", lists.itemWidth);
    const otherGuess = guessed(batch.user, batch.negative, ownWords, otherWords);
    const who = final.users.gather(batch.user);
    const [taken, other] = [final.items.gather(batch.item), final.items.gather(batch.negative)];
    const used = (demand: Tensor) => batch.isSearch.unsqueeze(1).where(typedDemand, demand);
    const scored = (what: Tensor, demand: Tensor) =>
      batch.isSearch.where(heads.search(who, what, demand), heads.recommendation(who, what, demand));
    const losses = [
      bpr(scored(taken, used(guess)), scored(other, used(otherGuess))),
      searchSupervision(guess, typedDemand, batch.isSearch.cast(table.dtype)).mul(o.supervision),
      translationContrast(who.add(used(guess)), taken, other).mul(o.contrast),
    ];
    const weights = [1, o.supervision, o.contrast];

    const pairs = jointPairs(data, o.dim, table.dtype);
    const [said, guessedOfPair] = [typed(pairs.query), guessed(pairs.user, pairs.item)];
    return {
      loss: losses.filter((_, i) => weights[i]! > 0).reduce((sum, loss) => sum.add(loss)),
      outputs: final,
      probes: {
        search: heads.search(pairs.users, pairs.items, said),
        recommendation: heads.recommendation(pairs.users, pairs.items, guessedOfPair),
        demand: guessedOfPair,
        typed: said,
      },
    };
  },
});

/** The score of user, item and demand vectors by a network of its own for each scene. */
function scoreHead(nn: Layers, name: string, dim: number) {
  const sizes = [3 * dim, Math.ceil(1.5 * dim), Math.ceil(0.75 * dim), 1];
  const network = sharedMlp(nn, name, sizes, (x) => x.leakyRelu());
  return (user: Tensor, item: Tensor, demand: Tensor) => network(concat([user, item, demand], 1)).squeeze(1);
}
