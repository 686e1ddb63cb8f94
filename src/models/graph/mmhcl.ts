import { HeedError } from "../../core/errors.js";
import { input, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { synergisticContrast } from "./contrast.js";
import { cappedItems, itemHyperedges, sharedHyperedges, sharedItems } from "./hypergraph.js";
import { meanOfLayers, symmetricHop } from "./light-gcn-hops.js";
import { nodeTable } from "./node-table.js";
import { type PairInputs, pairs } from "./pairs-task.js";
import type { Hop } from "./sparse-product.js";

/** The vectors of a node kind in the second view: a table of its own, passed on over shared hyperedges. */
function secondOrder(nn: Layers, name: string, nodes: number, dim: number, hop: Hop, layers: number): Tensor {
  let x = nodeTable(nn, name, nodes, dim);
  for (let layer = 0; layer < layers; layer++) x = hop(x);
  return x;
}

/** The contrast of one node kind: over all of them, or over those that the batch names in a column of this name. */
function contrast(
  fused: Tensor,
  second: Tensor,
  temperature: number,
  sampled: number,
  column: string,
): Tensor {
  const nodes = fused.shape[0] as number;
  if (sampled === 0 || sampled >= nodes) return synergisticContrast(fused, second, temperature);
  const ids = input(column, "int32", [sampled]);
  return synergisticContrast(fused.gather(ids), second.gather(ids), temperature);
}

/** The columns of sampled nodes that MMHCL's batches must feed, for its options and sizes. */
export function contrastSamples(
  {
    userContrast,
    itemContrast,
    contrastNodes,
  }: { userContrast: number; itemContrast: number; contrastNodes: number },
  { users, items }: { users: number; items: number },
): Record<string, { count: number; of: number }> {
  const kinds = [
    ["contrast.users", userContrast, users],
    ["contrast.items", itemContrast, items],
  ] as const;
  return Object.fromEntries(
    kinds
      .filter(([, weight, of]) => weight > 0 && contrastNodes > 0 && contrastNodes < of)
      .map(([name, , of]) => [name, { count: contrastNodes, of }]),
  );
}

/**
 * MMHCL (arXiv:2504.16576): LightGCN, to which users add what users who share items pass on, and items what items pass on that
 * look, read or sound alike; a contrast makes both kinds of tie agree with the clicks. A side whose contrast weighs 0 has no
 * hypergraph either: with both at 0 this is LightGCN.
 */
export const mmhcl = defineModel({
  name: "mmhcl",
  task: pairs,
  options: {
    dim: 64,
    /** Neighbours of an item in a modality, itself included. */
    neighbours: 5,
    layers: 2,
    userLayers: 2,
    itemLayers: 2,
    userContrast: 0.03,
    itemContrast: 0.07,
    temperature: 0.6,
    /** Nodes of a kind that the contrast draws at each step; 0 takes all. */
    contrastNodes: 0,
    /** Users through whom an item ties others, at most; 0 takes all. */
    itemCap: 0,
    penalty: 1e-3,
  },
  build({ data, users, items, nn }: PairInputs & { nn: Layers }, o) {
    const start = {
      users: nodeTable(nn, "userTable", users, o.dim),
      items: nodeTable(nn, "itemTable", items, o.dim),
    };
    const fused = meanOfLayers(symmetricHop(data.interactions), start, o.layers);
    const losses: Tensor[] = [];
    if (o.userContrast > 0) {
      const tied = o.itemCap > 0 ? cappedItems(data.interactions, o.itemCap, 1) : data.interactions;
      const second = secondOrder(nn, "tiedUsers", users, o.dim, sharedItems(tied), o.userLayers);
      fused.users = fused.users.add(second.l2Normalize());
      losses.push(
        contrast(fused.users, second, o.temperature, o.contrastNodes, "contrast.users").mul(o.userContrast),
      );
    }
    if (o.itemContrast > 0) {
      if (!data.modalities)
        throw new HeedError(
          "features",
          "there are no item features",
          "give modalities, or set itemContrast to 0",
        );
      const hop = sharedHyperedges(itemHyperedges(data.modalities, o.neighbours));
      const second = secondOrder(nn, "tiedItems", items, o.dim, hop, o.itemLayers);
      fused.items = fused.items.add(second.l2Normalize());
      losses.push(
        contrast(fused.items, second, o.temperature, o.contrastNodes, "contrast.items").mul(o.itemContrast),
      );
    }
    const result = { ...fused, penalized: fused, strength: o.penalty };
    if (losses.length === 0) return result;
    return { ...result, auxiliaryLoss: losses.reduce((sum, loss) => sum.add(loss)) };
  },
});
