import type { FieldRow } from "../bundles/index.js";
import { HeedError } from "../core/errors.js";
import type { ItemFacts } from "../decide/index.js";
import type { EventLog, Store } from "../store/index.js";
import type { Attribute, User } from "./heed.js";
import { type FieldSubject, fieldRow } from "./runtime/fields.js";
import { historyHash, type Scoring, scoringOf } from "./runtime/impression.js";
import { openModel, type ServedModel } from "./runtime/models.js";

/** One shown item as it was served and as it comes out offline. */
export interface ReplayedItem {
  item: string;
  score: { served: number | null; replayed: number | null };
  /** The fields that the model reads, where it reads fields. */
  row?: { served: FieldRow; replayed: FieldRow };
}

/** A logged answer beside the same made again from the log, the catalogue and the kept version of the model. */
export interface OfflineReplay {
  request: string;
  user: string;
  model: string;
  version: number;
  /** The items of the history as the log has them for that moment, oldest first. */
  history: string[];
  items: ReplayedItem[];
  /** Whether history and fields are what they were. Fields differ where attributes were changed since. */
  sameFeatures: boolean;
  /** The largest difference of a score, as a share of the scores' size; batches of another size round differently (1e-6). */
  scoreError: number;
}

/** Acts that online state keeps of a user, unless the store was opened with another `historyLimit`. */
const historyLimit = 100;

/**
 * Scores a logged answer again, offline: training-serving parity for one request. Throws "unknown-request", "not-scored" where
 * no model had a part in it, and "unknown-version" where the model's version is no longer kept.
 */
export async function replayOffline(
  store: Store,
  request: string,
  { project = "default" }: { project?: string } = {},
): Promise<OfflineReplay> {
  const [logged] = await store.log.find(project, { slate: request, actions: ["impression"], limit: 1 });
  if (!logged)
    throw new HeedError("unknown-request", `there is no request "${request}"`, "give the id of an answer");
  const { event } = logged;
  const scoring = scoringOf(event);
  if (!scoring)
    throw new HeedError(
      "not-scored",
      `no model scored request "${request}"`,
      "rules or fall-backs decided it: there is no score to compare",
    );
  const shown = (event.items ?? []).map(({ item }) => item);
  const personAt = await identitiesAt(store.log, project, logged.position);
  const user = personAt(event.user);
  const history = await historyAt(store.log, project, user, scoring.position, personAt);
  const folder = await store.registry.fetch(project, scoring.name, scoring.version);
  const model = await openModel(folder, scoring.version);
  try {
    const read = await readNow(store, project, user, shown, event.context ?? {});
    const { fields } = model;
    const rows = fields && shown.map((item, i) => fieldRow(fields, read.subject, item, read.facts[i]!));
    const scores = await scoresOf(model, history, shown, read);
    const items = shown.map((item, i): ReplayedItem => {
      const served = scoring.scores[i] ?? null;
      const row = rows && scoring.rows && { served: scoring.rows[i]!, replayed: rows[i]! };
      return { item, score: { served, replayed: scores[i]! }, ...(row && { row }) };
    });
    return {
      request,
      user,
      model: model.name,
      version: scoring.version,
      history,
      items,
      sameFeatures: sameFeatures(scoring, history, items),
      scoreError: scoreError(items),
    };
  } finally {
    await model.release();
  }
}

/** Whom an id stood for when the log had grown to a position. */
async function identitiesAt(
  log: EventLog,
  project: string,
  position: number,
): Promise<(id: string) => string> {
  const merges = await log.merges(project);
  const became = new Map(
    merges.filter((merge) => merge.position <= position).map(({ anonymous, user }) => [anonymous, user]),
  );
  return (id) => {
    let person = id;
    for (let next = became.get(person); next !== undefined; next = became.get(person)) person = next;
    return person;
  };
}

/** What online state held of a user when it knew the log up to a position. */
async function historyAt(
  log: EventLog,
  project: string,
  user: string,
  position: number,
  personAt: (id: string) => string,
): Promise<string[]> {
  const entries = await log.find(project, { user, limit: 1_000_000 });
  return entries
    .filter(
      ({ position: at, event }) =>
        at <= position && event.action !== "impression" && personAt(event.user) === user,
    )
    .slice(-historyLimit)
    .flatMap(({ event }) => event.item ?? []);
}

/** What a click model reads of a person, a request and items, as it is now known. */
interface Read {
  subject: FieldSubject;
  facts: ItemFacts[];
}

async function readNow(
  store: Store,
  project: string,
  user: string,
  items: readonly string[],
  context: Readonly<Record<string, unknown>>,
): Promise<Read> {
  const [person] = await store.online.get(project, "user", [user]);
  const attributes = ((person?.value as Partial<User>)?.attributes ?? {}) as Record<string, Attribute>;
  const known = await store.online.get(project, "item", items);
  return {
    subject: { user, attributes, context },
    facts: known.map((item) => (item?.value ?? {}) as ItemFacts),
  };
}

async function scoresOf(
  model: ServedModel,
  history: readonly string[],
  items: readonly string[],
  { subject, facts }: Read,
): Promise<(number | null)[]> {
  if (model.scoreFields) return Array.from(await model.scoreFields(subject, items, facts));
  const scores = (await model.scoreAll?.(history)) ?? null;
  return items.map((item) => (scores && model.place(item) > 0 ? scores.at(model.place(item)) : null));
}

function sameFeatures(scoring: Scoring, history: readonly string[], items: readonly ReplayedItem[]): boolean {
  return (
    scoring.history === historyHash(history) &&
    items.every(({ row }) => !row || JSON.stringify(row.served) === JSON.stringify(row.replayed))
  );
}

function scoreError(items: readonly ReplayedItem[]): number {
  const size = Math.max(...items.map(({ score }) => Math.abs(score.served ?? 0)), Number.MIN_VALUE);
  const errors = items.map(({ score: { served, replayed } }) => {
    if (served === null || replayed === null) return served === replayed ? 0 : Number.POSITIVE_INFINITY;
    return Math.abs(served - replayed) / size;
  });
  return Math.max(0, ...errors);
}
