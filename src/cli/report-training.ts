import type { Heed, TrainingReport } from "../serve/index.js";
import { answer, say } from "./output.js";

/** Says how far the training is, whenever that changed. */
export function sayChanges(heed: Pick<Heed, "models">, name: string): () => Promise<void> {
  let last = "training";
  return async () => {
    const state = (await heed.models()).find((each) => each.name === name)!;
    if (state.training === last) return;
    last = state.training;
    say(last);
  };
}

/** Shows a comparison to people and programs. */
export function reportTraining({ compared, untried, serving, why }: TrainingReport, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ serving, why, models: compared, untried })}\n`);
  else answer(compared.map(line), false);
  say(why);
}

function line({
  model,
  validation,
  test,
  testHitRate,
  seconds,
  serving,
}: TrainingReport["compared"][number]): object {
  const interval = ({ mean, low, high }: typeof test) =>
    `${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
  return {
    model,
    validationNdcg: interval(validation),
    testHitRate: interval(testHitRate),
    testNdcg: interval(test),
    seconds: seconds?.toFixed(1) ?? "",
    serving: serving ? "serves" : "",
  };
}
