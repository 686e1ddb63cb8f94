import { join } from "node:path";
import type { Command } from "commander";
import {
  experimentOf,
  experiments,
  leaderboard,
  type Reproduction,
  type Row,
  reproduce,
  saveResult,
} from "../experiments/index.js";
import { heedHome } from "./environment.js";
import { answer, answerJson, progressReporter, say } from "./output.js";
import { stopSignal } from "./stop-signal.js";

interface ReproduceFlags {
  quick?: boolean;
  save?: boolean;
  only?: string;
  fresh?: boolean;
  work?: string;
  json?: boolean;
}

const explanation = `
A run is kept cell by cell: after Ctrl-C or kill -9 the same command goes on.
It ends with 0 only when every row passes. A --quick run judges nothing, is no
result, and ends with 0 when it came to its end.

Experiments:
`;

/** `heed reproduce SLUG`: runs a published experiment and prints its figures beside the published ones. */
export function addReproduce(program: Command): void {
  program
    .command("reproduce")
    .description("run a published experiment and hold its figures against the published ones")
    .argument("<slug>", "the experiment")
    .option("--quick", "a reduced run of the same code, in minutes; it judges nothing")
    .option("--only <models>", "only the cells of these models, separated by commas")
    .option("--fresh", "run again what an earlier run kept")
    .option("--work <folder>", "where finished cells are kept (default: reproduce/SLUG in HEED_HOME)")
    .option("--save", "record the run in experiments/results")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      explanation + experiments.map(({ slug, title }) => `  ${slug}: ${title}`).join("\n"),
    )
    .action(async (slug: string, flags: ReproduceFlags) => {
      const { quick = false, save = false, json = false } = flags;
      const experiment = experimentOf(slug);
      const signal = stopSignal();
      signal.addEventListener("abort", () => say("stopping after this step; once more to stop at once"));
      const run = await reproduce(experiment, {
        work: flags.work ?? join(heedHome(), "reproduce", slug),
        quick,
        fresh: flags.fresh ?? false,
        ...(flags.only !== undefined && { only: flags.only.split(",").map((model) => model.trim()) }),
        signal,
        say,
        follow: progressReporter,
      });
      if (save) say(`saved to ${await saveResult(run, ["heed", ...process.argv.slice(2)].join(" "))}`);
      if (json) answerJson(run);
      else {
        show(run);
        if (experiment.leaderboard) showLeaderboard(run, experiment.leaderboard);
      }
      const ended = quick && run.rows.every(({ verdict }) => verdict !== "needs-data");
      if (!run.passed && !ended) process.exitCode = 1;
    });
}

function show(run: Reproduction): void {
  say(run.protocol);
  const absent = run.rows.filter(({ verdict }) => verdict === "needs-data").map(({ reason }) => reason);
  for (const reason of new Set(absent)) say(reason);
  answer(run.rows.map(tableRow), false);
  const counts = new Map<string, number>();
  for (const { verdict } of run.rows) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const verdict = run.quick ? "a quick run, not judged" : run.passed ? "passes" : "does not pass";
  const parts = [...counts].map(([name, count]) => `${count} ${name}`);
  say(`${run.slug}: ${verdict} (${parts.join(", ")}); ${run.seconds.toFixed(0)} s`);
}

function showLeaderboard({ rows }: Reproduction, by: { dataset: string; metric: string }): void {
  say(`${by.dataset} by ${by.metric}, beside the published ranking of the same models`);
  const places = leaderboard(rows, by).map(({ place, model, measured, published, publishedPlace }) => ({
    place,
    model,
    measured: digits(measured),
    published: digits(published),
    "published place": publishedPlace ?? "",
  }));
  answer(places, false);
}

function tableRow(row: Row): object {
  const { dataset, model, metric, published, measured, low, high, baseline, verdict, reason, seconds } = row;
  const interval = low === null || high === null ? "" : ` [${digits(low)}, ${digits(high)}]`;
  return {
    dataset,
    model,
    metric,
    published: digits(published),
    measured: `${digits(measured)}${interval}`,
    baseline: digits(baseline),
    verdict,
    seconds: seconds.toFixed(1),
    reason: reason.split("\n")[0],
  };
}

function digits(value: number | null): string {
  if (value === null) return "";
  return Number.isInteger(value) && value !== 0 ? `${value}` : value.toFixed(5);
}
