import { bpr } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { withoutPadding } from "./demand.js";
import { joint, jointBatch, jointPairs } from "./joint-task.js";
import { nodeTable } from "./node-table.js";

/**
 * Two towers of search: the sum of a query's word vectors times the item's vector, by BPR. It reads
 * searches only and does not know who asks.
 */
export const queryTower = defineModel({
  name: "query-tower",
  task: joint,
  options: { dim: 64 },
  build({ data, nn }, o) {
    const table = withoutPadding(nodeTable(nn, "wordTable", data.words, o.dim));
    const items = nodeTable(nn, "itemTable", data.items, o.dim);
    const batch = jointBatch(data);
    const asked = table.gather(batch.query).sum(1);
    const score = (item: typeof items) => asked.mul(item).sum(1);
    const pairs = jointPairs(data, o.dim, items.dtype);
    return {
      loss: bpr(score(items.gather(batch.item)), score(items.gather(batch.negative))),
      outputs: { items },
      probes: { search: table.gather(pairs.query).sum(1).mul(pairs.items).sum(1) },
    };
  },
});
