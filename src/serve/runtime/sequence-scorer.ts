import type { Config } from "../../decide/index.js";
import { historyFeed } from "../../models/index.js";
import type { ItemVectors } from "../../retrieve/index.js";
import type { RetrievalState } from "../model-state.js";
import { batcher } from "./batcher.js";
import { type CatalogueScores, everyScore, vectorScores } from "./catalogue-scores.js";
import type { ThreadedBundle } from "./threaded-bundle.js";
import { openThreadedIndex } from "./threaded-index.js";

/** How a model's best items are found. */
export type RetrievalSettings = Config["models"][string]["retrieval"];

export interface SequenceScorer {
  scoreAll(history: readonly string[]): Promise<CatalogueScores | null>;
  retrieval(): RetrievalState;
  release(): Promise<void>;
}

/** Histories encoded at once: more would make the first of them wait. */
const largestBatch = 64;

/** Opens the scorer of a sequence model: it encodes the history of each request, cut to the last `length` known items. */
export function openSequenceScorer(
  bundle: ThreadedBundle,
  place: (item: string) => number,
  { items, length, settings }: { items: number; length: number; settings: RetrievalSettings },
): SequenceScorer {
  const { vectors } = bundle;
  const output = vectors ? "userVector" : "scores";
  const encode = batcher(async (histories: readonly Int32Array[]) => {
    const { [output]: result } = await bundle.run(historyFeed(histories, length));
    const width = result!.shape[1]!;
    return histories.map((_, i) => (result!.data as Float32Array).subarray(i * width, (i + 1) * width));
  }, largestBatch);
  const answer = vectors
    ? openRetrieval(vectors, settings)
    : {
        of: everyScore,
        figures: (): RetrievalState => ({ search: "exact", items, ready: true, compared: 0, recall: null }),
        release: async () => {},
      };
  return {
    async scoreAll(history) {
      const known = history.map(place).filter((id) => id > 0);
      return known.length === 0 ? null : answer.of(await encode(Int32Array.from(known.slice(-length))));
    },
    retrieval: answer.figures,
    async release() {
      await Promise.all([bundle.release(), answer.release()]);
    },
  };
}

function openRetrieval(vectors: ItemVectors, settings: RetrievalSettings) {
  const { connectivity, expansionAdd, expansionSearch, compare } = settings;
  let compared = 0;
  let found = 0;
  let wanted = 0;
  const index = openThreadedIndex(
    vectors,
    { connectivity, expansionAdd, expansionSearch, threads: 1 },
    (ofThem, all) => {
      compared++;
      found += ofThem;
      wanted += all;
    },
  );
  // Evenly spread over the requests, the first one among them.
  let due = 1;
  function isCompared(): boolean {
    due += compare;
    if (due < 1) return false;
    due -= 1;
    return true;
  }
  return {
    of: (query: Float32Array) => vectorScores(query, vectors, index, isCompared),
    figures: (): RetrievalState => ({
      search: "approximate",
      items: vectors.rows - 1,
      ready: index.ready(),
      compared,
      recall: wanted === 0 ? null : found / wanted,
    }),
    release: () => index.release(),
  };
}
