import { HeedError } from "../../core/errors.js";
import { type Config, milliseconds } from "../../decide/index.js";
import type { Registry } from "../../store/index.js";
import type { Trainer } from "./trainer.js";

/** How often the clock is looked at. */
const checkEvery = 30_000;
/** After a training that failed, such as for want of events. */
const retryAfter = 10 * 60_000;

/**
 * Trains each project's models as often as `models.NAME.retrain` says, counted from the newest version that is kept. Returns
 * what ends it. A failure is reported, and tried again later.
 */
export function keepTrained(
  { trainer, registry, config }: { trainer: Trainer; registry: Registry; config: Config },
  options: { projects: () => readonly string[]; now: () => number; report: (problem: Error) => void },
): () => void {
  const { projects, now, report } = options;
  const notBefore = new Map<string, number>();
  let busy = false;

  async function isDue(project: string, name: string, every: number): Promise<boolean> {
    if (now() < (notBefore.get(JSON.stringify([project, name])) ?? 0)) return false;
    const newest = (await registry.list(project, name)).at(-1);
    return newest === undefined || now() - Date.parse(newest.created) >= every;
  }

  async function look(): Promise<void> {
    for (const project of projects()) {
      for (const [name, { retrain }] of Object.entries(config.models)) {
        if (retrain === "never" || !(await isDue(project, name, milliseconds(retrain)))) continue;
        try {
          const { finished } = await trainer.train(project, name, {});
          await finished;
        } catch (error) {
          if (error instanceof HeedError && error.code === "conflict") return;
          notBefore.set(JSON.stringify([project, name]), now() + retryAfter);
          if (!(error instanceof HeedError && error.code === "too-few-events")) report(error as Error);
        }
      }
    }
  }

  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch(report)
      .finally(() => {
        busy = false;
      });
  }, checkEvery).unref();
  return () => clearInterval(timer);
}
