import { type Bundle, loadBundle } from "../bundles/index.js";
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

/**
 * A sequence model from its bundle; refuses one that was trained for another catalogue. Items that joined the catalogue
 * later have no score yet, and say nothing in a history.
 */
export async function bundleScorer(
  folder: string,
  vocabulary: readonly string[],
): Promise<Scorer & { bundle: Bundle }> {
  // One thread: serving answers many requests at once.
  const bundle = await loadBundle(folder, { threads: 1 });
  const { manifest } = bundle;
  const items = bundle.vocabularies.item ?? [];
  if (manifest.kind !== "sequence" || items.some((item, i) => vocabulary[i + 1] !== item)) {
    await bundle.release();
    const what = manifest.kind === "sequence" ? "was trained on another catalogue" : "is no sequence model";
    throw new HeedError("bundle", `${folder} ${what}`, "train again on this data");
  }
  const { length } = manifest;
  return {
    model: manifest.model,
    bundle,
    async score(history) {
      const known = history.filter((id) => id <= items.length);
      const { scores } = await bundle.run(historyFeed([known], length));
      return (scores!.data as Float32Array).slice();
    },
    release: () => bundle.release(),
  };
}
