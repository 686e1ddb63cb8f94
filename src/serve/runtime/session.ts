import type { ScoredItem } from "../heed.js";
import type { Parts } from "./recommend.js";

/** What goes with the items of a session, which are left out: by the model "main", without one by what is like them. */
export async function bestOfSession(
  parts: Parts,
  project: string,
  items: readonly string[],
  limit: number,
): Promise<ScoredItem[]> {
  const past = new Set(items);
  const offered = await parts.catalogue(project);
  const mayShow = (list: readonly string[], place: number) =>
    !past.has(list[place]!) && !offered.factsAt(list, place).hidden;
  const scored = await parts.models.use(project, "main", async (model) => {
    const scores = await model?.scoreAll?.(items);
    if (!model || !scores) return null;
    const best = await scores.best(limit, items.length, (id) => mayShow(model.items, id));
    return Array.from(best, (id) => ({ item: model.items[id]!, score: scores.at(id) }));
  });
  if (scored) return scored;
  const alike = await parts.likeness(project, (likeness) =>
    likeness.alike(items, Math.max(200, limit), mayShow),
  );
  return alike ?? [];
}
