import type { TrainingMessage } from "./request.js";

/** Resolves when the message has left: ending before that would lose a large one. */
export function send(message: TrainingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, () => resolve());
    else resolve();
  });
}
