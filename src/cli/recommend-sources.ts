import { existsSync } from "node:fs";
import { loadBundle } from "../bundles/index.js";
import { HeedError, nearest } from "../core/errors.js";
import { type Vocabulary, vocabularyOf } from "../data/index.js";
import { historyFeed } from "../models/index.js";
import { createEngine, loadCatalogue, topUnseen } from "../serve/index.js";
import type { EventStore } from "../store/index.js";
import { databasePath, heedHome, heedPort, openStore } from "./environment.js";
import { histories, openServed, outcomesOf } from "./serving.js";

/** A list of items and the model that made it. */
export interface Answer {
  model: string;
  items: { item: string; title?: string; score: number; position: number; reason?: string }[];
}

/** For whom: a person, or anybody with these items, oldest first. */
export type Asked = { user: string } | { history: readonly string[] };

type Say = (line: string) => void;

/** What `heed up` would answer, from its data folder, or from its server while that holds the folder. */
export function localOrServer(asked: Asked, limit: number, say: Say): Promise<Answer> {
  return unlessHeld(
    say,
    (store) => inProcess(store, asked, limit, say),
    async () => {
      if ("history" in asked) {
        throw new HeedError(
          "locked",
          "the running server answers for people, not for a history",
          "score the history with a saved model: --bundle FOLDER",
        );
      }
      const path = `/v1/recommend/${encodeURIComponent(asked.user)}?limit=${limit}&surface=cli`;
      if ((await itemsAtServer(asked.user)).length === 0) sayUnknown(asked.user, say);
      return (await askServer(path)) as Answer;
    },
  );
}

/** What a saved sequence model answers. Items of a person's history that it does not know say nothing. */
export async function fromBundle(folder: string, asked: Asked, limit: number, say: Say): Promise<Answer> {
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
        : (await itemsOf(asked.user, say)).flatMap((item) => vocabulary.ids.get(item) ?? []),
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
    const items = topUnseen(values, new Set(history), limit).map((id, i) => ({
      position: i + 1,
      item: vocabulary.tokens[id - 1]!,
      score: values[id]!,
    }));
    return { model: manifest.model, items };
  } finally {
    await bundle.release();
  }
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

async function inProcess(store: EventStore, asked: Asked, limit: number, say: Say): Promise<Answer> {
  const catalogue = await loadCatalogue(store);
  const items = catalogue.items.length - 1;
  if (items === 0)
    throw new HeedError(
      "home",
      `${heedHome()} holds no items`,
      "start `heed up`, which goes on with the import",
    );
  const everything = histories(await outcomesOf(store, catalogue), items);
  const { explainer, scorer } = await openServed(everything, catalogue, heedHome(), say);
  try {
    const engine = createEngine(store, catalogue, explainer, scorer);
    if ("history" in asked) return await engine.choose(Int32Array.from(asked.history, engine.itemId), limit);
    if (catalogue.history(asked.user).length === 0) sayUnknown(asked.user, say);
    return await engine.recommend(asked.user, { surface: "cli", limit });
  } finally {
    await scorer.release();
  }
}

function sayUnknown(user: string, say: Say): void {
  say(`${user} has no history here: this is what is popular with everyone`);
}

/** The items a person had, oldest first. */
function itemsOf(user: string, say: Say): Promise<string[]> {
  return unlessHeld(
    say,
    async (store) =>
      (await store.outcomes()).filter((outcome) => outcome.user === user).map(({ item }) => item),
    () => itemsAtServer(user),
  );
}

async function itemsAtServer(user: string): Promise<string[]> {
  const { events } = (await askServer(`/v1/users/${encodeURIComponent(user)}/events`)) as {
    events: { item?: string; action: string }[];
  };
  return events.flatMap(({ item, action }) => (item !== undefined && action !== "impression" ? [item] : []));
}

/** Works on the database, or, while another process holds it, asks that one's server. */
async function unlessHeld<T>(
  say: Say,
  local: (store: EventStore) => Promise<T>,
  remote: () => Promise<T>,
): Promise<T> {
  const home = heedHome();
  if (!existsSync(databasePath(home))) {
    throw new HeedError(
      "home",
      `${home} holds no Heed data`,
      "start `heed up` first, or set HEED_HOME to its data folder",
    );
  }
  let store: EventStore;
  try {
    store = await openStore(home);
  } catch (error) {
    if (!(error instanceof HeedError && error.code === "locked")) throw error;
    say(`another process holds ${home}: asking its server, ${serverAddress()}`);
    return remote();
  }
  try {
    return await local(store);
  } finally {
    await store.close();
  }
}

function serverAddress(): string {
  return `http://127.0.0.1:${heedPort()}`;
}

async function askServer(path: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(serverAddress() + path);
  } catch (cause) {
    throw new HeedError(
      "server",
      `no server answers at ${serverAddress()}`,
      "wait until `heed up` says that it serves, or set HEED_PORT to its port",
      { cause },
    );
  }
  const body = (await response.json()) as { code?: string; message?: string; remedy?: string };
  if (response.ok) return body;
  throw new HeedError(
    body.code ?? "server",
    body.message ?? `the server answered ${response.status}`,
    body.remedy ?? "see the server's terminal",
  );
}
