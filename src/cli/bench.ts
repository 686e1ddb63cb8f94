import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { HeedError, nearest } from "../core/errors.js";
import { suites, withoutPeers } from "./bench/index.js";
import { findPeers, type Peers } from "./bench/peers.js";
import { saveResults } from "./bench/results.js";
import type { Suite } from "./bench/suite.js";
import { answer, say } from "./output.js";

interface BenchFlags {
  json?: boolean;
  save?: boolean;
  peers: boolean;
  rounds?: string;
  seconds?: string;
  home?: string;
}

const folder = (name: string) => fileURLToPath(new URL(`../../bench/${name}/`, import.meta.url));

/** `heed bench [SUITE]`: speed as a fraction of the machine's own bound, and beside PyTorch's in the same run. */
export function addBench(program: Command): void {
  program
    .command("bench")
    .description("measure speed against the machine's own bound and against PyTorch")
    .argument("[suite]", Object.keys(suites).join(" or "), "engine")
    .option("--json", "print JSON")
    .option("--rounds <n>", "turns of Heed and of its peer; more are steadier")
    .option("--seconds <n>", "how long each measurement of the serve suites lasts")
    .option("--home <folder>", "where the serve suites keep the world they are measured in")
    .option("--no-peers", "leave PyTorch out")
    .option("--save", "write the rows, the machine and the date to bench/results")
    .action(async (name: string, flags: BenchFlags) => {
      const suite = suiteOf(name);
      const rounds = wholeNumber("--rounds", flags.rounds);
      const seconds = wholeNumber("--seconds", flags.seconds);
      const peers = flags.peers && !withoutPeers.has(name) ? await torch() : null;
      const rows = await suite({ rounds, seconds, home: flags.home, peers, say });
      if (flags.save) {
        // What another machine can run again: where this one keeps its files says nothing there.
        const given = process.argv
          .slice(3)
          .filter((each, i, all) => each !== "--home" && all[i - 1] !== "--home");
        const command = ["npm run bench --", ...given].join(" ");
        say(`saved to ${await saveResults(folder("results"), { suite: name, command, peers, rows })}`);
      }
      answer(rows, flags.json ?? false);
    });
}

async function torch(): Promise<Peers | null> {
  const found = await findPeers(folder("peers"));
  if ("missing" in found) {
    say(`no peer: ${found.missing}`);
    return null;
  }
  const { torch, blas, threads } = found.about;
  say(`peer: PyTorch ${torch}, ${blas}, ${threads} threads`);
  return found;
}

function suiteOf(name: string): Suite {
  const suite = suites[name];
  if (suite) return suite;
  const known = Object.keys(suites);
  const near = nearest(name, known);
  throw new HeedError(
    "unknown",
    `no benchmark "${name}"`,
    `${near ? `did you mean "${near}"? ` : ""}the suites are ${known.join(", ")}`,
  );
}

function wholeNumber(flag: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new HeedError("option", `${flag} is "${given}"`, "give a whole number from 1");
}
