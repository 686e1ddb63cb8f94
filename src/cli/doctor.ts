import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { type Check, type Finding, finding } from "./doctor/check.js";
import { homeChecks } from "./doctor/home.js";
import { machineChecks } from "./doctor/machine.js";
import { serverChecks } from "./doctor/server.js";
import { answerJson } from "./output.js";

/** `heed doctor`: what Heed needs, what there is, and what to do about the difference. */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("check what Heed needs on this machine and in the data folder")
    .option("--json", "print JSON")
    .addHelpText("after", "\nChanges nothing. Exits with 1 when a check fails; warnings are no failures.")
    .action(async (flags: { json?: boolean }) => {
      const findings: Finding[] = [];
      for (const check of [...machineChecks, ...homeChecks, ...serverChecks]) {
        const found = await run(check);
        findings.push(found);
        if (!flags.json) process.stdout.write(lineOf(found));
      }
      if (flags.json) answerJson(findings);
      if (findings.some(({ state }) => state === "fail")) process.exitCode = 1;
    });
}

/** A check that throws has failed. */
async function run({ name, look }: Check): Promise<Finding> {
  try {
    return { check: name, ...(await look()) };
  } catch (error) {
    if (error instanceof HeedError)
      return { check: name, ...finding("fail", error.message.split("\n")[0]!, error.remedy) };
    const reason = error instanceof Error ? error.message : String(error);
    return { check: name, ...finding("fail", reason.split("\n")[0]!, "look at the message") };
  }
}

function lineOf({ state, check, found, remedy }: Finding): string {
  return `${state.padEnd(4)}  ${check}: ${found}\n${remedy === undefined ? "" : `        help: ${remedy}\n`}`;
}
