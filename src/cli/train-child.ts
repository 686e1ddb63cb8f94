import { fork } from "node:child_process";
import { HeedError } from "../core/errors.js";
import type { TrainMessage, TrainRequest } from "./train-worker.js";

/**
 * Trains in a child process. Resolves once the bundle is saved; a child that fails, or ends without a word, is an error.
 * Aborting ends the child.
 */
export function trainInChild(
  request: TrainRequest,
  progress: (epoch: number, ndcg: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (what: string) =>
      reject(new HeedError("training", what, "start again to train again; what serves now goes on serving"));
    const child = fork(new URL("./train-worker.js", import.meta.url), { serialization: "advanced" });
    const stop = () => child.kill();
    signal.addEventListener("abort", stop, { once: true });
    child.on("message", (message: TrainMessage) => {
      if (message.kind === "progress") progress(message.epoch, message.ndcg);
      else if (message.kind === "done") resolve();
      else failed(message.message);
    });
    child.once("error", (error) => failed(error.message));
    child.once("exit", (code, ended) => {
      signal.removeEventListener("abort", stop);
      failed(`the training process ended ${ended ? `by ${ended}` : `with code ${code}`}`);
    });
    child.send(request);
  });
}
