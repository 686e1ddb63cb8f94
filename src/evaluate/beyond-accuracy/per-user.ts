import { meanOfDefined } from "../mean.js";

/** A measure of each user's list. */
export interface PerUser {
  /** NaN where it is not defined. */
  perUser: Float64Array;
  /** Over the users it is defined for. */
  mean: number;
  counted: number;
}

export function perUserOf(users: number, measure: (user: number) => number): PerUser {
  const perUser = new Float64Array(users);
  for (let user = 0; user < users; user++) perUser[user] = measure(user);
  const { mean, n } = meanOfDefined(perUser);
  return { perUser, mean, counted: n };
}
