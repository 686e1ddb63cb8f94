import { loadBundle } from "../bundles/index.js";
import { HeedError } from "../core/errors.js";
import { type CountingModel, historyFeed } from "../models/index.js";

/** What serving needs of a model, whatever it is: one score per item id (id 0 is padding) for a history. */
export interface Scorer {
  model: string;
  score(history: Int32Array): Promise<ArrayLike<number>>;
  release(): Promise<void>;
}

export function countingScorer(model: CountingModel, items: number): Scorer {
  return {
    model: model.name,
    async score(history) {
      const scores = new Float64Array(items + 1);
      model.score(history, scores);
      return scores;
    },
    async release() {},
  };
}

/** A sequence model from its bundle; refuses one that was trained for another catalogue. */
export async function bundleScorer(
  folder: string,
  vocabulary: readonly string[],
): Promise<Scorer & { metrics: Record<string, number> }> {
  const { manifest, program } = await loadBundle(folder);
  if (manifest.vocabulary.some((item, id) => vocabulary[id] !== item)) {
    await program.release();
    throw new HeedError("bundle", `${folder} was trained on another catalogue`, "train again on this data");
  }
  return {
    model: manifest.model,
    metrics: manifest.metrics,
    async score(history) {
      const { scores } = await program.run(historyFeed([history], manifest.length));
      return (scores!.data as Float32Array).slice();
    },
    release: () => program.release(),
  };
}
