import { InvalidInput } from "../http/errors.js";
import { isObject, type Json, nameOf, numberOf, objectOf } from "./values.js";

/** What an act says beside who did it and when. */
export interface Act {
  action: string;
  item?: string | undefined;
  surface?: string | undefined;
  query?: string | undefined;
  value?: number | undefined;
  items?: { item: string; position: number; propensity: number }[];
  context: Record<string, unknown>;
}

/** Products that one message may list: as many as an impression holds. */
const mostProducts = 1_000;
/** A longer query stays in the context. */
const longestQuery = 4_000;

const ofOneProduct: Readonly<Record<string, string>> = {
  "product viewed": "view",
  "product clicked": "click",
  "product added": "cart",
};

/**
 * What an event of Segment's ecommerce specification, version 2, means. An event with another name keeps it as its action, and
 * its product, if it names one, as its item.
 */
export function actsOf(name: string, properties: Json): Act[] {
  const known = name.toLowerCase();
  const item = productId(properties);
  const surface = nameOf(properties.list_id) ?? nameOf(properties.list);
  const context = { ...properties };
  switch (known) {
    case "product viewed":
    case "product clicked":
    case "product added": {
      const price = numberOf(properties.price);
      return [{ action: ofOneProduct[known]!, item, surface, value: price, context }];
    }
    case "product reviewed":
      return [{ action: "rate", item, value: numberOf(properties.rating), context }];
    case "products searched": {
      const { query } = properties;
      const isShort = typeof query === "string" && query.length <= longestQuery;
      return [{ action: "query", query: isShort ? query : undefined, context }];
    }
    case "product list viewed":
    case "product list filtered": {
      const items = shownIn(properties);
      if (items.length === 0) break;
      return [{ action: "impression", surface, items, context }];
    }
    case "order completed": {
      const bought = purchases(properties);
      if (bought.length === 0) break;
      return bought;
    }
  }
  return [{ action: name, item, surface, value: numberOf(properties.value), context }];
}

function productId(properties: Json): string | undefined {
  return nameOf(properties.product_id) ?? nameOf(properties.sku) ?? nameOf(properties.item_id);
}

function productsOf({ products }: Json): Json[] {
  if (!Array.isArray(products)) return [];
  if (products.length <= mostProducts) return products.filter(isObject);
  throw new InvalidInput(
    "properties.products",
    `properties.products lists ${products.length}; the limit is ${mostProducts}`,
    "split it into several events",
  );
}

/**
 * The products of a list, where they stood: by the positions sent if each has one of its own, else by their order. The list
 * tells no probabilities, so it counts as fixed: each propensity is 1.
 */
function shownIn(properties: Json) {
  const named = productsOf(properties).flatMap((product) => {
    const item = productId(product);
    return item === undefined ? [] : [{ item, position: numberOf(product.position) }];
  });
  const positions = new Set(named.map(({ position }) => position));
  const isPlaced =
    positions.size === named.length &&
    named.every(({ position }) => position !== undefined && Number.isSafeInteger(position) && position >= 1);
  return named
    .map(({ item, position }, i) => ({ item, position: isPlaced ? position! : i + 1, propensity: 1 }))
    .sort((a, b) => a.position - b.position);
}

/** A purchase for each product; its value is price times quantity. What is told of the whole order stays with the first. */
function purchases(properties: Json): Act[] {
  const { products: _, ...order } = properties;
  const { order_id } = order;
  return productsOf(properties)
    .filter((product) => productId(product) !== undefined)
    .map((product, i) => {
      const price = numberOf(product.price);
      const value = price === undefined ? undefined : price * (numberOf(product.quantity) ?? 1);
      return {
        action: "purchase",
        item: productId(product),
        value: Number.isFinite(value) ? value : undefined,
        context: { ...(i === 0 ? order : objectOf({ order_id })), product },
      };
    });
}
