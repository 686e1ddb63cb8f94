import { random } from "../../core/random.js";
import { evaluateRankings, type RaggedLists, rankFactors } from "../../evaluate/index.js";
import { below, told } from "./serve/rows.js";
import type { Bench, BenchRow, Suite } from "./suite.js";
import { median } from "./turns.js";

/** Full ranking as the design asks for: every user against every item, what they have seen left out. */
export const fullRankingShape = { users: 100_000, items: 20_000, dim: 64, seen: 50, relevant: 10 };

const cutOffs = [5, 10, 20, 50, 100];
const metrics = ["ndcg", "recall", "mrr", "map"];

/** What evaluation costs: ranking the whole catalogue for every user, and all metrics at five cut-offs. */
export const evaluate: Suite = (bench) => fullRanking(bench);

export async function fullRanking(bench: Bench, shape = fullRankingShape): Promise<BenchRow[]> {
  const source = random(1, "bench", "full-ranking");
  const matrix = (rows: number) => Float32Array.from({ length: rows * shape.dim }, () => source.normal());
  const factors = { users: matrix(shape.users), items: matrix(shape.items), dim: shape.dim };
  const [seen, truth] = disjointLists(shape);
  const whole: number[] = [];
  const measured: number[] = [];
  for (let round = 0; round < (bench.rounds ?? 1); round++) {
    const start = performance.now();
    const lists = await rankFactors(factors, { k: Math.max(...cutOffs), seen, threads: 2 });
    const ranked = performance.now();
    const table = evaluateRankings(lists, truth, { metrics, cutOffs, items: shape.items });
    const end = performance.now();
    const recall = table.columns.find(({ name }) => name === "recall@100")!.mean;
    bench.say(`round ${round + 1}: ${((end - start) / 1000).toFixed(1)} s, recall@100 ${recall.toFixed(5)}`);
    whole.push((end - start) / 1000);
    measured.push((end - ranked) / 1000);
  }
  const about = `${shape.users} users, ${shape.items} items, ${shape.dim} factors`;
  return [
    below(bench, "full-ranking", median(whole), "s", 60),
    told(
      bench,
      "full-ranking-metrics",
      median(measured),
      "s",
      `${metrics.length} metrics at ${cutOffs.length} cut-offs; ${about}`,
    ),
    below(bench, "full-ranking-memory", (process.resourceUsage().maxRSS * 1024) / 1e9, "GB", 2),
  ];
}

/** Seen and relevant items of each user, none of them both. */
function disjointLists({
  users,
  items,
  seen,
  relevant,
}: typeof fullRankingShape): [RaggedLists, RaggedLists] {
  const source = random(1, "bench", "full-ranking", "lists");
  const lists = [seen, relevant].map((length) => ({
    values: new Int32Array(users * length),
    offsets: Int32Array.from({ length: users + 1 }, (_, user) => user * length),
  })) as [RaggedLists, RaggedLists];
  const takenBy = new Int32Array(items);
  for (let user = 0; user < users; user++) {
    for (const list of lists) {
      for (let i = list.offsets[user]!; i < list.offsets[user + 1]!; ) {
        const item = source.integer(items);
        if (takenBy[item] === user + 1) continue;
        takenBy[item] = user + 1;
        list.values[i++] = item;
      }
    }
  }
  return lists;
}
