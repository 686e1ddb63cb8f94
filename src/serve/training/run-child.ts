import { fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { HeedError } from "../../core/errors.js";
import { writeColumns } from "./columns.js";
import type { TrainingMessage, TrainingOrder, TrainingRequest, TrainingResult } from "./request.js";

/**
 * Trains in a child process. Resolves when every bundle is saved; a child that fails, or ends without a
 * word, is an error. Aborting ends the child.
 */
export async function trainInChild(
  { user, item, at, ...order }: TrainingRequest,
  progress: (message: TrainingMessage) => void,
  signal: AbortSignal,
): Promise<TrainingResult> {
  await writeColumns(order.folder, { user, item, at });
  return new Promise((resolve, reject) => {
    const stopped = () =>
      reject(
        new HeedError("stopped", "the training was stopped", "train again; what serves goes on serving"),
      );
    if (signal.aborted) {
      stopped();
      return;
    }
    const failed = (code: string, what: string, remedy = "train again; what serves now goes on serving") =>
      reject(new HeedError(code, what, remedy));
    // From the sources (tests) the compiled program stands in dist/.
    const program = new URL(
      import.meta.url.endsWith(".ts") ? "../../../dist/serve/training/child.js" : "./child.js",
      import.meta.url,
    );
    const child = fork(program, { serialization: "advanced" });
    // Training takes what serving leaves.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    const stop = () => {
      stopped();
      child.kill();
    };
    signal.addEventListener("abort", stop, { once: true });
    child.on("message", (message: TrainingMessage) => {
      if (message.kind === "done") resolve(message.result);
      else if (message.kind === "failed") failed(message.code, message.message, message.remedy);
      else progress(message);
    });
    child.once("error", (error) => failed("training", error.message));
    child.once("exit", (code, ended) => {
      signal.removeEventListener("abort", stop);
      failed("training", `the training process ended ${ended ? `by ${ended}` : `with code ${code}`}`);
    });
    child.send(order satisfies TrainingOrder);
  });
}
