import { fieldPlaces, take } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/**
 * Two towers (DSSM, Huang et al. 2013): the fields of the item and all others each make a vector by an MLP of its own, whose
 * last layer is linear; the logit is their inner product. Both have the widths of `hidden`.
 */
export const dssm = defineModel({
  name: "dssm",
  task: ctr,
  options: {
    dim: 10,
    /** Names of the item tower's fields; all but the first when none is named. */
    itemFields: [] as string[],
    hidden: [400, 400, 400],
    /** In the tower of all other fields. */
    dropout: 0,
    itemDropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const items = fieldPlaces(fields, o.itemFields.length > 0 ? o.itemFields : fields.names.slice(1));
    const users = [...fields.names.keys()].filter((place) => !items.includes(place));
    const tower = (name: string, places: readonly number[], dropout: number) =>
      nn.in(name).mlp(take(e, 1, places).flatten(1), o.hidden, { dropout, batchNorm: o.batchNorm });
    const user = tower("user", users, o.dropout);
    const item = tower("item", items, o.itemDropout);
    return { logit: user.mul(item).sum(1) };
  },
});
