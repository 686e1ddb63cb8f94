import { judgeRanking, type ScoreBatch } from "../../models/index.js";
import { openModel } from "../runtime/models.js";
import type { TrainingRequest } from "./request.js";
import type { TimeSplit } from "./split.js";

/** The champion on the people its challengers are judged on. Items it never saw have no score: it does not find them. */
export async function judgeChampion(
  folder: string,
  { items }: TrainingRequest,
  split: TimeSplit,
): Promise<Float64Array | null> {
  const model = await openModel(folder, 0);
  try {
    const { scoreAll } = model;
    if (!scoreAll) return null;
    const places = items.map((item) => model.place(item));
    const score: ScoreBatch = async (histories) => {
      const own = await Promise.all(
        histories.map((history) => scoreAll(Array.from(history, (id) => items[id]!))),
      );
      return (i) =>
        Float32Array.from(places, (place, id) =>
          id > 0 && place > 0 && own[i] ? own[i]!.at(place) : Number.NEGATIVE_INFINITY,
        );
    };
    return (await judgeRanking(split.validation, score)).ndcg;
  } finally {
    await model.release();
  }
}
