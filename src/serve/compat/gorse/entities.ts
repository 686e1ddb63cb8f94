import { z } from "zod";
import type { Item, User } from "../../heed.js";
import { commentOf, labelsOf, withLabels } from "./labels.js";
import { gorseName, gorseTime, writeTime } from "./read.js";

const comment = z.string().max(10_000).nullish();
const labels = z.unknown().optional();

export const gorseUser = z.object({ UserId: gorseName, Labels: labels, Comment: comment });
export const userPatch = gorseUser.omit({ UserId: true });

export const gorseItem = z.object({
  ItemId: gorseName,
  IsHidden: z.boolean().nullish(),
  Categories: z.array(gorseName).max(100).nullish(),
  Timestamp: gorseTime.nullish(),
  Labels: labels,
  Comment: comment,
});
export const itemPatch = gorseItem.omit({ ItemId: true });

/** A user as Gorse's insert leaves it: labels and comment replaced, attributes of other origin kept. */
export function insertedUser(
  before: User | null,
  { UserId, Labels = null, Comment }: z.output<typeof gorseUser>,
): User {
  return changedUser(before ?? { user: UserId }, { Labels, Comment: Comment ?? "" });
}

/** A user with what a patch names in place of what was there. */
export function changedUser(before: User, patch: z.output<typeof userPatch>): User {
  const { Labels, Comment } = patch;
  // In a patch null means "as it is"; in an insert it was made to mean "none" above.
  return { user: before.user, attributes: withLabels(before.attributes ?? {}, { Labels, Comment }) };
}

export function insertedItem(before: Item | null, given: z.output<typeof gorseItem>): Item {
  const { ItemId, IsHidden, Categories, Timestamp, Labels = null, Comment } = given;
  const { categories: _, hidden: __, time: ___, ...kept } = before ?? { item: ItemId };
  return changedItem(kept, {
    IsHidden,
    Categories: Categories ?? [],
    Timestamp,
    Labels,
    Comment: Comment ?? "",
  });
}

export function changedItem(before: Item, patch: z.output<typeof itemPatch>): Item {
  const { IsHidden, Categories, Timestamp, Labels, Comment } = patch;
  return {
    ...before,
    ...(IsHidden != null && { hidden: IsHidden }),
    ...(Categories != null && { categories: Categories }),
    ...(Timestamp != null && { time: Timestamp }),
    attributes: withLabels(before.attributes ?? {}, { Labels, Comment }),
  };
}

export function writeUser({ user, attributes = {} }: User): object {
  return { UserId: user, Labels: labelsOf(attributes), Comment: commentOf(attributes) };
}

export function writeItem({ item, hidden = false, categories = [], time, attributes = {} }: Item): object {
  return {
    ItemId: item,
    IsHidden: hidden,
    Categories: categories,
    Timestamp: writeTime(time),
    Labels: labelsOf(attributes),
    Comment: commentOf(attributes),
  };
}
