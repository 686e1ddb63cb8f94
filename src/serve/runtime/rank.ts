import type { Attribute, ScoredItem } from "../heed.js";
import { itemsOf, type Parts } from "./recommend.js";

/**
 * Orders given items for a user by the model "main", best first, ties in the order given. Items the model does not know stand
 * last. Without a model they are ordered by popularity.
 */
export async function rank(
  parts: Parts,
  project: string,
  user: string,
  items: readonly string[],
  context: Readonly<Record<string, unknown>>,
): Promise<{ model: string; items: ScoredItem[] }> {
  const { store } = parts;
  const person = await store.online.resolve(project, user);
  const [past, [entity], catalogue] = await Promise.all([
    store.online.history(project, person),
    store.online.get(project, "user", [person]),
    parts.catalogue(project),
  ]);
  const answer = await parts.models.use(project, "main", async (model) => {
    const scores = model?.scoreAll && (await model.scoreAll(itemsOf(past)));
    if (model && scores) {
      return { name: model.name, scores: items.map((item) => scores.at(model.place(item))) };
    }
    if (model?.scoreFields) {
      const attributes = (entity?.value.attributes ?? {}) as Readonly<Record<string, Attribute>>;
      const subject = { user: person, attributes, context };
      const facts = items.map((item) => catalogue.facts(item));
      return { name: model.name, scores: Array.from(await model.scoreFields(subject, items, facts)) };
    }
    const counts = new Map((await parts.popular(project)).map(({ item, score }) => [item, score]));
    return { name: "popular", scores: items.map((item) => counts.get(item) ?? 0) };
  });
  const lowest = Math.min(0, ...answer.scores.filter(Number.isFinite));
  const ranked = items.map((item, i) => {
    const { title } = catalogue.facts(item);
    const known = Number.isFinite(answer.scores[i]!);
    return { item, score: known ? answer.scores[i]! : lowest, known, ...(title !== undefined && { title }) };
  });
  ranked.sort((a, b) => Number(b.known) - Number(a.known) || b.score - a.score);
  return { model: answer.name, items: ranked.map(({ known: _, ...entry }) => entry) };
}
