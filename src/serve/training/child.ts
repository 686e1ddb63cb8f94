import { join } from "node:path";
import { HeedError } from "../../core/errors.js";
import { countedScores } from "../../models/index.js";
import { failureOf } from "../runtime/thread-messages.js";
import { openBudget } from "./budget.js";
import { countedModels } from "./candidates.js";
import { readColumns } from "./columns.js";
import { saveCounting } from "./counting.js";
import { inOrder } from "./in-order.js";
import { bundleAbout, judge } from "./judge.js";
import { judgeChampion } from "./judge-champion.js";
import { send } from "./messages.js";
import type { Judged, TrainingOrder, TrainingRequest, TrainingResult, Untried } from "./request.js";
import { splitByTime, type TimeSplit } from "./split.js";
import { trainCandidate } from "./train-candidate.js";

/** The process that trains, so that serving stays responsive. It ends when its parent does. */

async function train(request: TrainingRequest): Promise<TrainingResult> {
  const budget = openBudget(request.seconds);
  const { items, folder } = request;
  const { user, item, fingerprint } = inOrder(request);
  const split = splitByTime(user, item, items.length - 1);
  if (split.validation.length === 0 || split.test.length === 0) {
    throw new HeedError(
      "too-few-events",
      "there are too few events to train: nobody came back for something new",
      "record more events, then train again; popular and new items serve meanwhile",
    );
  }
  const judged: Judged[] = [];
  const untried: Untried[] = [];
  for (const { name } of countedModels) judged.push(await count(request, fingerprint, name, split));
  for (const [i, candidate] of request.candidates.entries()) {
    const share = budget.share(request.candidates.length - i);
    // Judging comes after the training and takes its time too: about as much as it took at most so far.
    const seconds = share - Math.max(...judged.map((each) => each.judging));
    if (seconds <= 0) untried.push({ model: candidate.name, reason: "budget" });
    else judged.push(await trainCandidate(request, candidate, split, { fingerprint, seconds }));
  }
  const champion =
    request.champion === undefined ? null : await judgeChampion(request.champion, request, split);
  return {
    judged,
    untried,
    neighbours: join(folder, "item-knn"),
    validationUsers: Int32Array.from(split.validation, (target) => target.user),
    ...(champion && { champion }),
  };
}

/** A model that needs no training: judged on the past, served with everything. */
async function count(
  request: TrainingRequest,
  fingerprint: string,
  name: string,
  split: TimeSplit,
): Promise<Judged> {
  const start = performance.now();
  const { fit, reads } = countedModels.find((each) => each.name === name)!;
  const bundle = join(request.folder, name);
  await saveCounting(
    bundle,
    fit(split.everything),
    { ...bundleAbout(request, fingerprint, name, {}), reads },
    request.items,
  );
  const fitted = fit(split.train);
  const judged = await judge(
    { model: name, bundle, trained: false, outOfTime: false },
    countedScores(fitted),
    split,
  );
  return { ...judged, seconds: (performance.now() - start) / 1000 };
}

async function answer(order: TrainingOrder): Promise<void> {
  try {
    const request = { ...order, ...(await readColumns(order.folder)) };
    await send({ kind: "done", result: await train(request) });
  } catch (error) {
    await send({ kind: "failed", ...failureOf(error) });
  }
  process.disconnect?.();
}

process.once("message", (order: TrainingOrder) => {
  void answer(order);
});
// Without a parent there is nobody to train for; on Ctrl-C, which reaches both, the parent decides.
process.once("disconnect", () => process.exit());
process.on("SIGINT", () => {});
