import { concat, constant, type Tensor } from "../../tensor/index.js";
import type { DemandRows } from "./demand.js";
import type { JointData } from "./joint-events.js";
import { sparseMatrix } from "./sparse.js";
import { gatherRows, productHop } from "./sparse-product.js";

/** The vector of each training event: what was typed, else what is guessed, from the vectors that training starts from. */
export function edgeDemands(
  { events, lists, words, queryWidth }: JointData,
  table: Tensor,
  start: { users: Tensor; items: Tensor },
  generate: (rows: DemandRows) => Tensor,
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
