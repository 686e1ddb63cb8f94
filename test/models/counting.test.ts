import { describe, expect, test } from "vitest";
import { importers, leaveOneOut, ragged, row, rowsOf, type SequenceColumn } from "../../src/data/index.js";
import { atRank, mean, rankOf } from "../../src/evaluate/index.js";
import { countedFigures } from "../../src/experiments/reproductions/sequential-baselines-counted.js";
import { type CountingModel, fitEase, fitItemKnn, fitMarkov, fitPopular } from "../../src/models/index.js";
import { datasetFolder } from "../support/data.js";

/** Full ranking of the last item of each user, the rest being the history; seen items never compete. */
function figures(model: CountingModel, sequences: SequenceColumn): { hitRate: number; ndcg: number } {
  const scores = new Float64Array(model.items + 1);
  const ranks = Float64Array.from({ length: rowsOf(sequences) }, (_, user) => {
    const ids = row(sequences, user);
    const history = ids.subarray(0, -1);
    model.score(history, scores);
    return rankOf(scores, ids.at(-1)!, history);
  });
  const at10 = atRank(ranks, 10);
  return { hitRate: mean(at10.hitRate), ndcg: mean(at10.ndcg) };
}

/** Everything but each user's last item. */
function withoutLast(sequences: SequenceColumn): SequenceColumn {
  return ragged(
    Array.from({ length: rowsOf(sequences) }, (_, user) => row(sequences, user).subarray(0, -1)),
    sequences.size,
  );
}

const recency = { last: 10, decay: 0.7 };

type Fit = (history: SequenceColumn, sequences: SequenceColumn) => CountingModel | Promise<CountingModel>;

const fitted: Record<string, Fit> = {
  popular: (history) => fitPopular(history),
  markov: (history) => fitMarkov(history),
  "markov-train": (_, sequences) => fitMarkov(leaveOneOut(sequences).train),
  "item-knn": (history) => fitItemKnn(history),
  "item-knn-recency": (history) => fitItemKnn(history, { recency }),
  "ease-200": (history) => fitEase(history, { penalty: 200 }),
};

/** Of what takes minutes on a large catalogue, the experiment judges the rest. */
const tooDear = (model: string, items: number) => !fitted[model] || (model === "ease-200" && items > 5_000);

// The larger sets are judged by the experiment, which has all figures of all of them.
const small = ["ml-1m-seq", "amazon-beauty-seq", "lastfm-seq"] as const;

describe.each(small.map((name) => [name, countedFigures[name]!] as const))(
  "counting models on %s reach the figures measured for the baselines (HR@10, NDCG@10)",
  (name, models) => {
    const folder = datasetFolder(name);

    test.skipIf(!folder)(
      `all of them${folder ? "" : ` (HEED_DATA has no ${name})`}`,
      { timeout: 300_000 },
      async () => {
        const { sequences } = importers[name].load(folder!);
        const history = withoutLast(sequences);
        for (const [model, pairs] of Object.entries(models)) {
          if (tooDear(model, sequences.size)) continue;
          const [hitRate, ndcg] = pairs[1]!;
          const found = figures(await fitted[model]!(history, sequences), sequences);
          expect(Math.abs(found.hitRate - hitRate), `${model} HR@10 ${found.hitRate}`).toBeLessThan(0.001);
          expect(Math.abs(found.ndcg - ndcg), `${model} NDCG@10 ${found.ndcg}`).toBeLessThan(0.001);
        }
      },
    );
  },
);

describe("edge cases have a defined answer", () => {
  const sequences = ragged([[1, 2, 3], [1, 2], [2, 3], [5]], 7);

  test("an empty history gets what is popular, from every model", () => {
    const wanted = new Float64Array(7);
    fitPopular(sequences).score(new Int32Array(), wanted);
    for (const model of [fitItemKnn(sequences), fitMarkov(sequences)]) {
      const scores = new Float64Array(7);
      model.score(new Int32Array(), scores);
      const order = (values: Float64Array) =>
        [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
      expect(order(scores)).toEqual(order(wanted));
    }
  });

  test("an item nobody has had scores lowest and never crashes", () => {
    const scores = new Float64Array(7);
    fitItemKnn(sequences).score(Int32Array.of(6), scores);
    expect(scores[6]).toBe(0);
    expect(fitItemKnn(sequences).similar(6, 5)).toEqual([]);
  });

  test("identical sequences: the only follower wins", () => {
    const model = fitMarkov(
      ragged([
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
    );
    const scores = new Float64Array(3);
    model.score(Int32Array.of(1), scores);
    expect(scores.indexOf(Math.max(...scores))).toBe(2);
  });
});
