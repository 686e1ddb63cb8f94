import { HeedError, nearest } from "../../core/errors.js";
import type { Config } from "../../decide/index.js";
import type { Store } from "../../store/index.js";
import type { ModelState, TrainingOptions, TrainingReport } from "../heed.js";
import type { ModelHost } from "../runtime/models.js";
import { candidatesOf } from "./candidates.js";
import type { TrainingMessage } from "./request.js";
import { modelOf, retrain, type VersionAbout } from "./retrain.js";

/** Trains, swaps and rolls back the models of a configuration; one training at a time. */
export interface Trainer {
  states(project: string): Promise<ModelState[]>;
  train(
    project: string,
    name: string,
    options: TrainingOptions,
  ): Promise<{ finished: Promise<TrainingReport> }>;
  promote(project: string, name: string, version: number): Promise<ModelState>;
  rollback(project: string, name: string): Promise<ModelState>;
  /** Ends a training under way. */
  close(): Promise<void>;
}

export function openTrainer(parts: { store: Store; models: ModelHost; config: Config }): Trainer {
  const { store, models, config } = parts;
  const { registry } = store;
  /** What was last said of a project's model. */
  const said = new Map<string, string>();
  let running: { finished: Promise<unknown>; stop: AbortController; what: string } | null = null;
  let closed = false;

  const keyOf = (project: string, name: string) => JSON.stringify([project, name]);

  function check(name: string): void {
    if (Object.hasOwn(config.models, name)) return;
    const names = Object.keys(config.models);
    const near = nearest(name, names);
    throw new HeedError(
      "unknown-model",
      `heed.config.ts has no model "${name}"`,
      near ? `did you mean "${near}"?` : `its models are ${names.join(", ")}`,
    );
  }

  function retrievalOf(project: string, name: string): ModelState["retrieval"] {
    const found = models.retrieval().find((each) => each.project === project && each.name === name);
    if (!found) return null;
    const { project: _, name: __, ...figures } = found;
    return figures;
  }

  async function state(project: string, name: string): Promise<ModelState> {
    const [current, versions] = await Promise.all([
      registry.current(project, name),
      registry.list(project, name),
    ]);
    const newest = (versions.at(-1)?.about ?? {}) as Partial<VersionAbout>;
    return {
      name,
      recipe: config.models[name]!.model,
      serving: current && { model: modelOf(current), version: current.version, created: current.created },
      training: said.get(keyOf(project, name)) ?? "idle",
      compared: newest.compared ?? [],
      untried: newest.untried ?? [],
      complete: newest.compared !== undefined && newest.complete !== false,
      retrieval: retrievalOf(project, name),
      why: newest.why ?? "nothing was trained yet",
      versions: versions.map((each) => ({
        version: each.version,
        model: modelOf(each),
        created: each.created,
        serving: each.version === current?.version,
      })),
    };
  }

  return {
    states: (project) => Promise.all(Object.keys(config.models).map((name) => state(project, name))),

    async train(project, name, { simpleOnly = false, seconds }) {
      check(name);
      candidatesOf(config.models[name]!);
      if (closed) throw new HeedError("stopped", "Heed is closing", "open it again to train");
      if (running) {
        const what = `${running.what} is being trained, and one training at a time`;
        throw new HeedError("conflict", what, "try again when it has finished");
      }
      const key = keyOf(project, name);
      const stop = new AbortController();
      const progress = (message: TrainingMessage) => {
        const line = describe(message);
        if (line !== null) said.set(key, line);
      };
      said.set(key, "training");
      const finished = retrain(parts, {
        project,
        name,
        simpleOnly,
        progress,
        signal: stop.signal,
        ...(seconds !== undefined && { seconds }),
      })
        .then(
          (result) => {
            said.set(key, "idle");
            return result;
          },
          (error: Error) => {
            said.set(key, `failed: ${error.message.split("\n")[0]}`);
            throw error;
          },
        )
        .finally(() => {
          running = null;
        });
      // Whoever does not wait for it finds the failure in the model's state.
      finished.catch(() => {});
      running = { finished, stop, what: `"${name}" of project "${project}"` };
      return { finished };
    },

    async promote(project, name, version) {
      check(name);
      await registry.promote(project, name, version);
      await models.refresh(project, name);
      return state(project, name);
    },

    async rollback(project, name) {
      check(name);
      await registry.rollback(project, name);
      await models.refresh(project, name);
      return state(project, name);
    },

    async close() {
      closed = true;
      running?.stop.abort();
      await running?.finished.catch(() => {});
    },
  };
}

function describe(message: TrainingMessage): string | null {
  switch (message.kind) {
    case "judged":
      return `judged ${message.model}: validation NDCG@10 ${message.validation.toFixed(4)}`;
    case "progress":
      return `training ${message.model}: epoch ${message.epoch}, validation NDCG@10 ${message.validation.toFixed(4)}`;
    default:
      return null;
  }
}
