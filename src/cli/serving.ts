import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { HeedError } from "../core/errors.js";
import { ragged, type SequenceColumn } from "../data/index.js";
import { fitItemKnn, fitPopular } from "../models/index.js";
import { bundleScorer, type Catalogue, countingScorer, type Scorer } from "../serve/index.js";
import type { EventStore } from "../store/index.js";

/** Where the trained model of a data folder lies. */
export function bundleFolder(home: string): string {
  return join(home, "bundles", "sasrec");
}

/** Item names by id, place 0 blank. */
export function itemNames(catalogue: Catalogue): string[] {
  return catalogue.items.map(({ item }) => item);
}

/** Who had which item of the catalogue, in time order. */
export async function outcomesOf(
  store: EventStore,
  catalogue: Catalogue,
): Promise<{ user: string; item: number }[]> {
  return (await store.outcomes()).flatMap(({ user, item }) => {
    const id = catalogue.idOf(item);
    return id === undefined ? [] : [{ user, item: id }];
  });
}

/** One history a person. */
export function histories(
  outcomes: readonly { user: string; item: number }[],
  items: number,
): SequenceColumn {
  const lists = new Map<string, number[]>();
  for (const { user, item } of outcomes) {
    const list = lists.get(user);
    if (list) list.push(item);
    else lists.set(user, [item]);
  }
  return ragged([...lists.values()], items + 1);
}

/** The models fitted on all there is: one that gives reasons, and the scorer of any model by its name. */
export function servedModels(everything: SequenceColumn, catalogue: Catalogue, home: string) {
  const items = everything.size - 1;
  const explainer = fitItemKnn(everything);
  const scorers: Record<string, () => Promise<Scorer>> = {
    popular: async () => countingScorer(fitPopular(everything), items),
    "item-knn": async () => countingScorer(explainer, items),
    sasrec: () => bundleScorer(bundleFolder(home), itemNames(catalogue)),
  };
  return {
    explainer,
    async scorer(model: string): Promise<Scorer> {
      const open = scorers[model];
      if (open) return open();
      throw new HeedError(
        "unknown",
        `no model "${model}" is served`,
        `there are ${Object.keys(scorers).join(", ")}`,
      );
    },
  };
}

/** The model that served last, or, when that is not known or cannot be opened, item-knn; says so. */
export async function openServed(
  everything: SequenceColumn,
  catalogue: Catalogue,
  home: string,
  say: (line: string) => void,
) {
  const { explainer, scorer } = servedModels(everything, catalogue, home);
  const decision = await readDecision(home);
  if (!decision) say("which model serves is not noted yet: answering with item-knn");
  const served = await scorer(decision?.model ?? "item-knn").catch((error: Error) => {
    say(`answering with item-knn: ${error.message}`);
    return scorer("item-knn");
  });
  return { explainer, scorer: served };
}

const decisionSchema = z.object({ model: z.string(), why: z.string() });
const decisionPath = (home: string) => join(home, "serving.json");

/** Notes which model serves, for the commands that answer without the server. */
export async function saveDecision(home: string, decision: z.infer<typeof decisionSchema>): Promise<void> {
  const temporary = `${decisionPath(home)}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify(decision));
  await rename(temporary, decisionPath(home));
}

/** Which model served last; null when there is no readable note of it. */
async function readDecision(home: string): Promise<z.infer<typeof decisionSchema> | null> {
  try {
    return decisionSchema.parse(JSON.parse(await readFile(decisionPath(home), "utf8")));
  } catch {
    return null;
  }
}
