import type { Analytics } from "../../store/index.js";

/**
 * People who were shown something that chance had a part in (a propensity below 1): what they chose says more about models
 * than what people chose from lists that a model alone had made.
 */
export async function exploredUsers(analytics: Analytics, project: string): Promise<ReadonlySet<string>> {
  const { user, propensity } = await analytics.exposures({ project });
  const explored = new Set<string>();
  for (let i = 0; i < propensity.length; i++)
    if (propensity[i]! < 1) explored.add(user.values[user.codes[i]!]!);
  return explored;
}
