import { describe, expect, test } from "vitest";
import { importers, leaveOneOut, ragged, row, rowsOf, type SequenceColumn } from "../../src/data/index.js";
import { atRank, mean, rankOf } from "../../src/evaluate/index.js";
import { type CountingModel, fitItemKnn, fitMarkov, fitPopular } from "../../src/models/index.js";
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

describe.each([
  {
    name: "ml-1m-seq" as const,
    expected: {
      popular: [0.0404, 0.0201],
      markov: [0.2224, 0.1296],
      trainOnly: [0.2219, 0.1294],
      knn: [0.0841, 0.0415],
      recent: [0.1831, 0.1002],
    },
  },
  {
    name: "amazon-beauty-seq" as const,
    expected: {
      popular: [0.013, 0.0059],
      markov: [0.0755, 0.0502],
      trainOnly: [0.0666, 0.0439],
      knn: [0.0628, 0.037],
      recent: [0.0749, 0.0461],
    },
  },
])(
  "counting models on $name reach the figures measured for the baselines (HR@10, NDCG@10)",
  ({ name, expected }) => {
    const folder = datasetFolder(name);
    const load = () => importers[name].load(folder!).sequences;

    test.skipIf(!folder)(
      `all of them${folder ? "" : ` (HEED_DATA has no ${name})`}`,
      { timeout: 180_000 },
      () => {
        const sequences = load();
        const history = withoutLast(sequences);
        const measured = {
          popular: figures(fitPopular(history), sequences),
          markov: figures(fitMarkov(history), sequences),
          trainOnly: figures(fitMarkov(leaveOneOut(sequences).train), sequences),
          knn: figures(fitItemKnn(history), sequences),
          recent: figures(fitItemKnn(history, { recency }), sequences),
        };
        for (const [model, [hitRate, ndcg]] of Object.entries(expected)) {
          const found = measured[model as keyof typeof measured];
          expect(Math.abs(found.hitRate - hitRate!), `${model} HR@10 ${found.hitRate}`).toBeLessThan(0.001);
          expect(Math.abs(found.ndcg - ndcg!), `${model} NDCG@10 ${found.ndcg}`).toBeLessThan(0.001);
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
