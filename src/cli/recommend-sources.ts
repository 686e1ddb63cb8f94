import { loadBundle } from "../bundles/index.js";
import { HeedError, nearest } from "../core/errors.js";
import { type Vocabulary, vocabularyOf } from "../data/index.js";
import { topScores } from "../decide/index.js";
import { historyFeed } from "../models/index.js";
import { configInForce, openHeed, type Recommendation, readConfigFile } from "../serve/index.js";
import { inHome } from "./home.js";
import type { ServerCall } from "./server-call.js";

/** A list of items and the model that made it. */
export interface Answer {
  model: string;
  items: (Pick<Recommendation, "item" | "score" | "position" | "title"> & { reason?: string })[];
}

/** For whom: a person, or anybody with these items, oldest first. */
export type Asked = { user: string } | { history: readonly string[] };

type Say = (line: string) => void;

/** What `heed up` would answer, from its data folder, or from its server while that holds the folder. */
export function localOrServer(asked: Asked, limit: number, say: Say): Promise<Answer> {
  return inHome(
    async ({ store }) => {
      const file = await readConfigFile(process.cwd());
      const heed = await openHeed({
        store,
        config: await configInForce(file, store.registry),
        ...(file && { sources: file.sources, similarities: file.similarities }),
        report: (problem) => say(problem.message),
      });
      try {
        if ("history" in asked) {
          const [main] = await heed.models();
          const items = await heed.recommendSession(asked.history, { limit });
          return { model: main?.serving?.model ?? "none", items: numbered(items) };
        }
        if ((await store.online.history("default", asked.user)).length === 0) sayUnknown(asked.user, say);
        return await heed.recommend(asked.user, { limit });
      } finally {
        await heed.close();
      }
    },
    async (call) => {
      if ("history" in asked) {
        throw new HeedError(
          "locked",
          "the running server answers for people, not for a history",
          "score the history with a saved model: --bundle FOLDER",
        );
      }
      if ((await itemsAtServer(call, asked.user)).length === 0) sayUnknown(asked.user, say);
      return call.ask<Answer>(`/v1/recommend/${encodeURIComponent(asked.user)}?limit=${limit}`);
    },
  );
}

/** What a saved sequence model answers. Items of a person's history that it does not know say nothing. */
export async function fromBundle(folder: string, asked: Asked, limit: number): Promise<Answer> {
  const bundle = await loadBundle(folder);
  try {
    const { manifest } = bundle;
    if (manifest.kind !== "sequence") {
      throw new HeedError(
        "bundle",
        `${folder} holds a click model, which scores examples and not histories`,
        "give a bundle of a sequence model, such as sasrec",
      );
    }
    const vocabulary = vocabularyOf(bundle.vocabularies.item ?? []);
    const history = Int32Array.from(
      "history" in asked
        ? asked.history.map((item) => knownId(item, vocabulary))
        : (await itemsOf(asked.user)).flatMap((item) => vocabulary.ids.get(item) ?? []),
    );
    if (history.length === 0) {
      throw new HeedError(
        "unknown-user",
        `${"user" in asked ? asked.user : "nobody"} has no history that ${folder} knows`,
        "give one with --history, or leave out --bundle to see what is popular",
      );
    }
    const { scores } = await bundle.run(historyFeed([history], manifest.length));
    const values = scores!.data as Float32Array;
    const seen = new Set(history);
    const best = topScores(values, limit, (id) => id > 0 && !seen.has(id));
    const items = Array.from(best, (id) => ({ item: vocabulary.tokens[id - 1]!, score: values[id]! }));
    return { model: manifest.model, items: numbered(items) };
  } finally {
    await bundle.release();
  }
}

function numbered<Scored extends { item: string; score: number }>(items: readonly Scored[]) {
  return items.map((entry, i) => ({ ...entry, position: i + 1 }));
}

function knownId(item: string, vocabulary: Vocabulary): number {
  const id = vocabulary.ids.get(item);
  if (id !== undefined) return id;
  const near = nearest(item, vocabulary.tokens);
  throw new HeedError(
    "unknown-item",
    `--history has "${item}", which is no item of the model`,
    near ? `did you mean "${near}"?` : "use item names of the data it was trained on",
  );
}

function sayUnknown(user: string, say: Say): void {
  say(`${user} has no history here: this is what is popular with everyone`);
}

/** The items a person had, oldest first. */
function itemsOf(user: string): Promise<string[]> {
  return inHome(
    async ({ store }) =>
      (await store.online.history("default", user)).flatMap(({ item }) => (item === null ? [] : [item])),
    (call) => itemsAtServer(call, user),
  );
}

async function itemsAtServer(call: ServerCall, user: string): Promise<string[]> {
  const { events } = await call.ask<{ events: { item?: string; action: string }[] }>(
    `/v1/users/${encodeURIComponent(user)}/events`,
  );
  return events.flatMap(({ item, action }) => (item !== undefined && action !== "impression" ? [item] : []));
}
