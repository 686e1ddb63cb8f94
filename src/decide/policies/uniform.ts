import { exactPolicy, type Policy } from "./policy.js";

/** Every eligible candidate alike. */
export function uniform(): Policy {
  return exactPolicy(({ eligible }) => new Float64Array(eligible.length).fill(1 / eligible.length));
}
