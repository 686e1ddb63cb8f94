import { HeedError } from "../../core/errors.js";
import { defineConfig } from "../../decide/index.js";
import type { Registry } from "../../store/index.js";
import type { RetrievalState, ScoredItem } from "../heed.js";
import type { CatalogueScores } from "./catalogue-scores.js";
import { countingModel } from "./counting-model.js";
import { type FieldScorer, fieldScorer } from "./field-scorer.js";
import type { Likeness } from "./likeness.js";
import { openSequenceScorer, type RetrievalSettings } from "./sequence-scorer.js";
import { openThreaded } from "./threaded-bundle.js";

/** A model in charge, by what it can answer. */
export interface ServedModel {
  version: number;
  /** What answers say they were decided by. */
  name: string;
  /** The items it knows, by the place of their score in `scoreAll`; place 0 is nobody's. */
  items: readonly string[];
  /** The place of an item in `items`, or -1. */
  place(item: string): number;
  /**
   * What it says of `items` to a history of item names, oldest first; null when the history says nothing to it. Undefined
   * when it ranks given rows only.
   */
  scoreAll?(history: readonly string[]): Promise<CatalogueScores | null>;
  /** How its best items are found, where it has vectors. */
  retrieval?(): RetrievalState;
  /** One probability an item by its fields; undefined when it ranks the whole catalogue. */
  scoreFields?: FieldScorer;
  fields?: readonly string[];
  /** Why it suggests what it suggests, where that is the same for everybody. */
  reason?: string;
  /** The items most like one, best first. */
  similar?(item: string, limit: number): ScoredItem[];
  /** What goes with a past; undefined when it knows of no neighbours. */
  likeness?: Likeness;
  release(): Promise<void>;
}

/** Every item is scored: what judges and replays does not hang on an index. */
const exactly: RetrievalSettings = {
  ...defineConfig({}).models.main!.retrieval,
  approximateFrom: "never",
};

/** Opens a bundle for serving. */
export async function openModel(
  folder: string,
  version: number,
  settings: RetrievalSettings = exactly,
): Promise<ServedModel> {
  const bundle = await openThreaded(folder, settings.approximateFrom);
  const { manifest } = bundle;
  const items = ["", ...(bundle.vocabularies.item ?? [])];
  const ids = new Map(items.map((item, id) => [item, id]));
  const place = (item: string) => ids.get(item) ?? -1;
  const common = { version, name: manifest.model, items, place, release: () => bundle.release() };
  switch (manifest.kind) {
    case "sequence": {
      const { length } = manifest;
      return {
        ...common,
        ...openSequenceScorer(bundle, place, { items: items.length - 1, length, settings }),
      };
    }
    case "counting":
      // There is no graph to run: the thread has read the tables, and that is all.
      await bundle.release();
      return { ...common, ...countingModel(bundle.tables, items, place, manifest.reads) };
    case "ctr": {
      const { fields } = manifest;
      return { ...common, items: [], fields, scoreFields: fieldScorer(bundle, fields) };
    }
  }
}

interface Held {
  model: ServedModel | null;
  /** Of the version that is open. */
  fingerprint: string | null;
  checked: number;
  opening: Promise<void> | null;
}

/** The models in charge of every project. */
export interface ModelHost {
  /** Runs `work` with the model in charge of a name, or null; a model stays open while somebody works with it. */
  use<T>(project: string, name: string, work: (model: ServedModel | null) => Promise<T>): Promise<T>;
  /** Looks now for a version that became current, and puts it in charge. */
  refresh(project: string, name: string): Promise<void>;
  /** How the models in charge find their best items, where they have vectors. */
  retrieval(): (RetrievalState & { project: string; name: string })[];
  close(): Promise<void>;
}

/**
 * Keeps the registry's current bundles open and swaps them while serving: requests under way finish with the old one. A
 * bundle that cannot be opened leaves the old one in charge; `report` is told why.
 */
export function openModels(
  registry: Registry,
  options: {
    now: () => number;
    checkEvery?: number;
    report: (problem: Error) => void;
    /** How the best items of the model of a name are found; exactly unless told. */
    retrieval?: (name: string) => RetrievalSettings | undefined;
  },
): ModelHost {
  const { now, checkEvery = 1000, report, retrieval = () => undefined } = options;
  const held = new Map<string, Held>();
  const retired = new Set<Promise<void>>();

  async function open(project: string, name: string, entry: Held): Promise<void> {
    entry.checked = now();
    const current = await registry.current(project, name);
    if (!current || current.fingerprint === entry.fingerprint) return;
    const folder = await registry.fetch(project, name, current.version);
    const model = await openModel(folder, current.version, retrieval(name));
    const old = entry.model;
    entry.model = inCharge(model);
    entry.fingerprint = current.fingerprint;
    if (old) retire(old);
  }

  /** Counts the users of a model, so that it is released only when nobody works with it. */
  const working = new Map<ServedModel, { users: number; retired: boolean }>();
  function inCharge(model: ServedModel): ServedModel {
    working.set(model, { users: 0, retired: false });
    return model;
  }
  function retire(model: ServedModel): void {
    const state = working.get(model)!;
    state.retired = true;
    if (state.users === 0) release(model);
  }
  function release(model: ServedModel): void {
    working.delete(model);
    const done: Promise<void> = model
      .release()
      .catch(report)
      .finally(() => retired.delete(done));
    retired.add(done);
  }

  function refresh(project: string, name: string): Promise<void> {
    const key = JSON.stringify([project, name]);
    let entry = held.get(key);
    if (!entry) {
      entry = { model: null, fingerprint: null, checked: Number.NEGATIVE_INFINITY, opening: null };
      held.set(key, entry);
    }
    const known = entry;
    known.opening ??= open(project, name, known)
      .catch((error: unknown) => report(asError(error, project, name)))
      .finally(() => {
        known.opening = null;
      });
    return known.opening;
  }

  return {
    refresh,
    async use(project, name, work) {
      const key = JSON.stringify([project, name]);
      const entry = held.get(key);
      // Whoever comes while the first version is opened waits for it, as the one who opens it does.
      if (!entry || (!entry.model && entry.opening)) await refresh(project, name);
      else if (now() - entry.checked > checkEvery) void refresh(project, name);
      const model = held.get(key)?.model ?? null;
      if (!model) return work(null);
      const state = working.get(model)!;
      state.users++;
      try {
        return await work(model);
      } finally {
        state.users--;
        if (state.retired && state.users === 0) release(model);
      }
    },
    retrieval: () =>
      [...held].flatMap(([key, { model }]) => {
        const [project, name] = JSON.parse(key) as [string, string];
        return model?.retrieval ? [{ project, name, ...model.retrieval() }] : [];
      }),
    async close() {
      for (const { model } of held.values()) if (model) retire(model);
      held.clear();
      await Promise.all(retired);
    },
  };
}

function asError(error: unknown, project: string, name: string): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new HeedError(
    "model",
    `the model "${name}" of project "${project}" cannot be put in charge: ${reason}`,
    "the one before it goes on serving; train again or roll back",
    { cause: error },
  );
}
