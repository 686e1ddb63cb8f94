import { SingleBar } from "cli-progress";
import type { Progress } from "../train/index.js";

/** Writes a line for a person to stderr, so that stdout holds the answer alone. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Writes the answer to stdout: JSON, or rows as an aligned table. */
export function answer(rows: readonly object[], json: boolean): void {
  if (json) {
    answerJson(rows);
    return;
  }
  const names = [...new Set(rows.flatMap((entry) => Object.keys(entry)))];
  const cells = [
    names,
    ...rows.map((entry) => names.map((name) => format((entry as Record<string, unknown>)[name]))),
  ];
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  for (const line of cells) {
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
}

export function answerJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** How much of something is done, from 0 to 1: a bar on a terminal, else nothing. */
export function partBar(label: string): { update(part: number, note: string): void; stop(): void } {
  if (!process.stderr.isTTY) return { update() {}, stop() {} };
  const bar = new SingleBar({ format: `${label} [{bar}] {percentage}%  {note}`, hideCursor: true });
  bar.start(1_000, 0, { note: "" });
  return {
    update: (part, note) => bar.update(Math.round(part * 1_000), { note }),
    stop: () => bar.stop(),
  };
}

function format(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" && !Number.isInteger(value)) return value.toPrecision(5);
  return String(value);
}

/** Shows training progress: a bar on a terminal, and a line for every epoch. */
export function progressReporter(label: string): (progress: Progress) => void {
  const terminal = process.stderr.isTTY;
  let bar: SingleBar | null = null;
  let steps = 0;
  let perEpoch = 0;
  return (progress) => {
    if (progress.kind === "step") {
      steps++;
      if (!terminal) return;
      if (!bar) {
        bar = new SingleBar({
          format: `${label} epoch {epoch} [{bar}] {value}/{total} loss {loss}`,
          hideCursor: true,
        });
        bar.start(perEpoch || 1, 0, { epoch: progress.epoch, loss: "" });
      }
      if (steps > perEpoch) bar.setTotal(steps);
      bar.update(steps, { epoch: progress.epoch, loss: progress.loss.toFixed(4) });
      return;
    }
    bar?.stop();
    bar = null;
    perEpoch = steps;
    steps = 0;
    const metrics = Object.entries(progress.metrics).map(([name, value]) => `${name} ${value.toFixed(5)}`);
    say(
      `${label} epoch ${progress.epoch}: loss ${progress.loss.toFixed(5)}  ${metrics.join("  ")}  ` +
        `rate ${progress.learningRate}  ${progress.seconds.toFixed(2)} s${progress.improved ? "" : "  (no gain)"}`,
    );
  };
}
