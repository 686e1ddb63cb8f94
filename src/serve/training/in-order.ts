import { createHash } from "node:crypto";
import type { TrainingRequest } from "./request.js";

/** Who had which item, in order of time (of equal times as they came), and the SHA-256 of that and the items' names. */
export interface OrderedOutcomes {
  user: Int32Array;
  item: Int32Array;
  fingerprint: string;
}

/** Outcomes that concern an item, in order of time. */
export function inOrder({
  items,
  user,
  item,
  at,
}: Pick<TrainingRequest, "items" | "user" | "item" | "at">): OrderedOutcomes {
  const order = Uint32Array.from({ length: at.length }, (_, i) => i)
    .filter((i) => item[i]! > 0)
    .sort((a, b) => at[a]! - at[b]! || a - b);
  const ordered = {
    user: Int32Array.from(order, (i) => user[i]!),
    item: Int32Array.from(order, (i) => item[i]!),
  };
  const hash = createHash("sha256").update(JSON.stringify(items));
  for (const column of [ordered.user, ordered.item]) hash.update(new Uint8Array(column.buffer));
  return { ...ordered, fingerprint: hash.digest("hex") };
}
