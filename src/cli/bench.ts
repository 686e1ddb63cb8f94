import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { type BenchRow, benchEngine } from "./bench-engine.js";
import { answer, say } from "./output.js";

/** `heed bench engine`: speed as ratios to what the machine can do. */
export function addBench(program: Command): void {
  program
    .command("bench")
    .description("measure speed against the machine's own bound")
    .argument("[suite]", "engine", "engine")
    .option("--json", "print JSON")
    .action(async (suite: string, flags: { json?: boolean }) => {
      if (suite !== "engine")
        throw new HeedError("unknown", `no benchmark "${suite}"`, 'the one there is, is "engine"');
      const rows: BenchRow[] = [];
      await benchEngine((measured) => {
        rows.push(measured);
        say(`${measured.name}: ${measured.value.toFixed(1)} ${measured.unit}`);
      });
      answer(rows, flags.json ?? false);
    });
}
