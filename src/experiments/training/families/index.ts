import { ctrFamily } from "./ctr.js";
import { type Family, unknown } from "./family.js";
import { sequenceFamily } from "./sequence.js";

export {
  type Family,
  type Measured,
  type Part,
  type Plan,
  type Task,
  unknown,
} from "./family.js";

/** Every family of models that can be trained, saved and evaluated. */
export const families: readonly Family[] = [ctrFamily, sequenceFamily];

/** The family that has a model of this name. */
export function familyOf(model: string): Family {
  const family = families.find(({ models }) => models.includes(model));
  if (!family)
    throw unknown(
      "model",
      model,
      families.flatMap(({ models }) => models),
    );
  return family;
}
