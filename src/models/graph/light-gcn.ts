import { defineModel } from "../model.js";
import { itemHyperedges, sharedHyperedges } from "./hypergraph.js";
import { meanOfLayers, symmetricHop } from "./light-gcn-hops.js";
import { nodeTable } from "./node-table.js";
import { pairs } from "./pairs-task.js";

/**
 * LightGCN (He et al. 2020, arXiv:2002.02126): vectors of users and items passed on over the graph of interactions, no weights,
 * the mean of all layers. `smoothing` adds to the items what their nearest in the given features start from, a frozen graph as
 * FREEDOM has it (Zhou and Shen 2023); it counts the neighbours, 0 for none.
 */
export const lightGcn = defineModel({
  name: "light-gcn",
  task: pairs,
  options: { dim: 64, layers: 2, smoothing: 0, penalty: 1e-3 },
  build({ data, users, items, nn }, o) {
    const start = {
      users: nodeTable(nn, "userTable", users, o.dim),
      items: nodeTable(nn, "itemTable", items, o.dim),
    };
    const final = meanOfLayers(symmetricHop(data.interactions), start, o.layers);
    if (o.smoothing > 0) {
      const hop = sharedHyperedges(itemHyperedges(data.modalities ?? [], o.smoothing));
      final.items = final.items.add(hop(start.items));
    }
    return { ...final, penalized: final, strength: o.penalty };
  },
});
