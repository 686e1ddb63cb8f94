import type { Command } from "commander";
import { dataFolder, dataSetStates, obtainData } from "../data/index.js";
import { answer, answerJson } from "./output.js";
import { stopSignal } from "./stop-signal.js";

interface GetFlags {
  from?: string;
  unchecked?: boolean;
  force?: boolean;
  json?: boolean;
}

const places = `
Data sets lie below HEED_DATA ($HEED_HOME/data unless set), each in a folder of
its name. Most may not be redistributed: get your own copy, on its terms.`;

/** `heed data`: which public data sets there are, and how to bring one where Heed finds it. */
export function addData(program: Command): void {
  const data = program
    .command("data")
    .description("list public data sets, and bring one in")
    .addHelpText("after", places);

  data
    .command("list")
    .description("every data set Heed reads: its licence, its size, and where it was found")
    .option("--json", "print JSON")
    .action((flags: { json?: boolean }) => {
      const states = dataSetStates();
      if (flags.json) answerJson(states);
      else
        answer(
          states.map(({ name, bytes, folder, bundled, licence }) => ({
            name,
            size: bytes === null ? "" : `${(bytes / 1e6).toFixed(1)} MB`,
            found: bundled ? "in the package" : (folder ?? "no"),
            licence,
          })),
          false,
        );
    });

  data
    .command("get")
    .description("copy a data set from a folder or a URL to where Heed looks for it")
    .argument("<name>", "the data set")
    .option("--from <place>", "the folder or URL that holds its files")
    .option("--unchecked", "take files of another content than the known one")
    .option("--force", "put them in the place of those that are there")
    .option("--json", "print JSON")
    .action(async (name: string, flags: GetFlags) => {
      const { from, unchecked = false, force = false } = flags;
      // Without a place to copy from there is only the one where it lies, or the error that says how to get it.
      const folder =
        from === undefined
          ? dataFolder(name)
          : await obtainData(name, from, { unchecked, force, signal: stopSignal() });
      const row = { name, folder };
      if (flags.json) answerJson(row);
      else answer([row], false);
    });
}
