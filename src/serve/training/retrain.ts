import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeedError } from "../../core/errors.js";
import { type Config, judgeChallenger, type PairedMetric, type Verdict } from "../../decide/index.js";
import { bootstrap } from "../../evaluate/index.js";
import type { BundleVersion, Outcomes, Registry, Store } from "../../store/index.js";
import type { ComparedModel, TrainingReport } from "../heed.js";
import type { ModelHost } from "../runtime/models.js";
import { candidatesOf, countedModels } from "./candidates.js";
import { type Choice, choose } from "./choose.js";
import type { Judged, TrainingMessage, TrainingRequest, TrainingResult, Untried } from "./request.js";
import { trainInChild } from "./run-child.js";

/** The name of the bundle that answers which items go together. */
export const neighboursName = "neighbours";

/** What a version's maker says of it. */
export interface VersionAbout {
  configuration: { model: string; options: Readonly<Record<string, unknown>> };
  /** The comparison it came from, and what that decided. */
  compared: ComparedModel[];
  why: string;
  /** Candidates that did not get their turn. */
  untried: Untried[];
  /** Whether the candidates took part, or only what needs no training. */
  complete: boolean;
}

/** Versions kept beside those that serve or can be rolled back to. */
const keptVersions = 3;

/**
 * Trains a project's candidates anew on all outcomes in the log, beside the counted models, in a child process; the one that
 * `choose` takes by validation challenges the champion (`judgeChallenger`) and serves from the next request on when it wins. It is kept as a
 * version in any case, with the comparison; the neighbours are renewed. Nothing changes when it fails.
 */
export async function retrain(
  { store, models, config }: { store: Store; models: Pick<ModelHost, "refresh">; config: Config },
  options: {
    project: string;
    /** A name under `models` of the configuration. */
    name: string;
    /** Try only what needs no training: done within seconds. */
    simpleOnly?: boolean;
    /** Time budget of the training; the configuration's unless told. */
    seconds?: number;
    progress: (message: TrainingMessage) => void;
    signal: AbortSignal;
  },
): Promise<TrainingReport> {
  const { project, name, simpleOnly = false, progress, signal } = options;
  const wanted = config.models[name]!;
  const candidates = candidatesOf(wanted);
  const outcomes = await store.analytics.outcomes({ project });
  const current = await store.registry.current(project, name);
  const defends = current !== null && isComplete(current);
  const counted = countedModels.some((each) => defends && each.name === modelOf(current));
  const champion = defends && !counted ? await filesOf(store.registry, current, project) : undefined;
  const folder = await mkdtemp(join(tmpdir(), "heed-train-"));
  try {
    const request: TrainingRequest = {
      folder,
      ...trainingData(outcomes),
      candidates: simpleOnly ? [] : candidates,
      seconds: options.seconds ?? wanted.seconds,
      seed: config.seed,
      ...(champion !== undefined && { champion }),
    };
    const result = await trainInChild(request, progress, signal);
    const neighbours = await store.registry.put(project, neighboursName, result.neighbours);
    await store.registry.promote(project, neighboursName, neighbours.version);
    await models.refresh(project, neighboursName);

    const choice = choose(result.judged, config.seed);
    const { chosen } = choice;
    const used = candidates.find((candidate) => candidate.name === chosen.model)?.options ?? {};
    const configuration = { model: chosen.model, options: used };
    const explored = new Set(await store.analytics.explored({ project }));
    const verdict = decideWhoServes(
      { current, hasChampion: counted || champion !== undefined, result, choice, configuration },
      (target) => explored.has(outcomes.user.values[target]!),
      config.seed,
    );
    const serving = verdict.serves === "challenger" ? chosen.model : modelOf(current!);
    const { untried } = result;
    const why = [verdict.reason, ...untried.map(({ model, reason }) => `${model} not tried: ${reason}`)].join(
      "; ",
    );
    const compared = result.judged.map((entry) => row(entry, entry.model === serving));
    const about: VersionAbout = { configuration, compared, untried, why, complete: !simpleOnly };
    const { version } = await store.registry.put(project, name, chosen.bundle, { ...about });
    if (verdict.serves === "challenger") {
      await store.registry.promote(project, name, version);
      await models.refresh(project, name);
    }
    await removeOld(store, project, name);
    await removeOld(store, project, neighboursName);
    return { compared, untried, serving, why };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The model of a version, as `retrain` wrote it down. */
export function modelOf({ about }: BundleVersion): string {
  return (about as Partial<VersionAbout>).configuration?.model ?? "a model that was put by hand";
}

/** Whether a version came from a comparison in which the configured recipe took part; one put by hand counts. */
function isComplete({ about }: BundleVersion): boolean {
  return (about as Partial<VersionAbout>).complete !== false;
}

/** The files of a champion; one whose files are damaged cannot defend its place. */
function filesOf(
  registry: Registry,
  { name, version }: BundleVersion,
  project: string,
): Promise<string | undefined> {
  return registry.fetch(project, name, version).catch(() => undefined);
}

/** Best on validation serves at first; from the first complete comparison on a champion has to be beaten. */
function decideWhoServes(
  {
    current,
    hasChampion,
    result,
    choice: { chosen, is },
    configuration,
  }: {
    current: BundleVersion | null;
    hasChampion: boolean;
    result: TrainingResult;
    choice: Choice;
    configuration: VersionAbout["configuration"];
  },
  isExplored: (user: number) => boolean,
  seed: number,
): Pick<Verdict, "serves" | "reason"> {
  if (!hasChampion) return { serves: "challenger", reason: `${chosen.model} serves: it is ${is}` };
  const champion = championsFigures(current!, result);
  if (!champion)
    return { serves: "champion", reason: `${modelOf(current!)} stays: it cannot be judged on histories` };
  const before = current!.about as Partial<VersionAbout>;
  const all = { champion, challenger: chosen.validation };
  const byChance = Array.from(result.validationUsers, (user, i) => (isExplored(user) ? i : -1)).filter(
    (i) => i >= 0,
  );
  const { serves, reason } = judgeChallenger({
    sameConfiguration: JSON.stringify(before.configuration) === JSON.stringify(configuration),
    all,
    randomised: only(all, byChance),
    seed,
  });
  return { serves, reason: `${reason}; of those tried now ${chosen.model} is ${is}` };
}

/**
 * The champion's figures on the validation people. One that was fitted by counting serves with everything, those people's
 * answers too: it is judged as it is when fitted on what was before them.
 */
function championsFigures(
  current: BundleVersion,
  { judged, champion }: TrainingResult,
): Float64Array | undefined {
  const fitted = judged.find(({ model, trained }) => !trained && model === modelOf(current));
  return fitted?.validation ?? champion;
}

function only({ champion, challenger }: PairedMetric, places: readonly number[]): PairedMetric {
  const pick = (values: ArrayLike<number>) => Float64Array.from(places, (i) => values[i]!);
  return { champion: pick(champion), challenger: pick(challenger) };
}

function row(
  { model, validation, test, testHits, seconds, outOfTime }: Judged,
  serving: boolean,
): ComparedModel {
  return {
    model,
    validation: bootstrap(validation),
    test: bootstrap(test),
    testHitRate: bootstrap(testHits),
    seconds,
    outOfTime,
    serving,
  };
}

async function removeOld({ registry }: Store, project: string, name: string): Promise<void> {
  const versions = await registry.list(project, name);
  for (const { version } of versions.slice(0, -keptVersions)) {
    await registry.remove(project, name, version).catch((error: unknown) => {
      if (!(error instanceof HeedError && error.code === "in-use")) throw error;
    });
  }
}

/** Outcomes in the form a training process reads, items numbered from 1; it sorts them, so that serving does not wait. */
function trainingData(outcomes: Outcomes): Pick<TrainingRequest, "items" | "user" | "item" | "at"> {
  if (outcomes.length === 0)
    throw new HeedError(
      "too-few-events",
      "there are no events to train on",
      "record what people do, then train",
    );
  return {
    items: ["", ...outcomes.item.values],
    user: outcomes.user.codes,
    item: outcomes.item.codes.map((code) => code + 1),
    at: outcomes.at,
  };
}
