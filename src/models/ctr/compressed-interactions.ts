import { concat, type Layers, type Tensor } from "../../tensor/index.js";

/**
 * Compressed interaction network (Lian et al. 2018): each layer's maps are weighted sums of the products of
 * every field with every map of the layer below, with no activation. The maps of all layers, summed over the embedding, are
 * returned: [batch, field, dim] to [batch, all maps].
 */
export function compressedInteractions(nn: Layers, e: Tensor, maps: readonly number[]): Tensor {
  const x0 = e.transpose();
  let x = x0;
  const pooled = maps.map((size) => {
    const products = x0.unsqueeze(3).mul(x.unsqueeze(2)).flatten(2);
    x = nn.in("maps").linear(products, size);
    return x.sum(1);
  });
  return concat(pooled, 1);
}
