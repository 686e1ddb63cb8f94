import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { type BackupManifest, openStore, restoreBackup } from "../store/index.js";
import { heedHome } from "./environment.js";
import { answer, answerJson, say } from "./output.js";

/** `heed restore BACKUP`: a backup becomes the data folder. */
export function addRestore(program: Command): void {
  program
    .command("restore")
    .description("make a backup the data folder HEED_HOME")
    .argument("<backup>", "a folder that `heed backup` wrote")
    .option("--force", "move the data folder that is there aside; it is not deleted")
    .option("--json", "print JSON")
    .action(async (backup: string, flags: { force?: boolean; json?: boolean }) => {
      const home = resolve(heedHome());
      const { manifest, aside } = await restore(resolve(backup), home, flags.force ?? false);
      const { events, head, created } = manifest;
      const result = { home, events, head, created, ...(aside !== undefined && { aside }) };
      if (flags.json) answerJson(result);
      else answer([result], false);
      if (aside !== undefined) sayAside(home, aside);
    });
}

async function restore(
  backup: string,
  home: string,
  force: boolean,
): Promise<{ manifest: BackupManifest; aside?: string }> {
  const isTaken = existsSync(home) && readdirSync(home).length > 0;
  if (isTaken && !force) {
    throw new HeedError(
      "exists",
      `${home} is not empty`,
      `move it aside and restore: heed restore '${backup}' --force (or set HEED_HOME to another folder)`,
    );
  }
  if (isTaken) await refuseHeld(home);
  // Beside it first: the old folder is touched once the backup has proved whole.
  const draft = `${home}.restoring`;
  rmSync(draft, { recursive: true, force: true });
  try {
    makeFolder(draft);
    const manifest = await restoreBackup(backup, draft);
    const aside = isTaken ? freeName(`${home}.before-restore`) : undefined;
    if (aside !== undefined) renameSync(home, aside);
    else rmSync(home, { recursive: true, force: true });
    renameSync(draft, home);
    return { manifest, ...(aside !== undefined && { aside }) };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Refuses a folder that a process works on. Errors: HeedError "locked". */
async function refuseHeld(home: string): Promise<void> {
  if (!existsSync(join(home, "heed.duckdb"))) return;
  try {
    await (await openStore(home)).close();
  } catch (error) {
    // What cannot be opened for another reason may be just why it is restored.
    if (error instanceof HeedError && error.code === "locked") throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new HeedError(
      "home",
      `${folder} cannot be made: ${cause instanceof Error ? cause.message : cause}`,
      "set HEED_HOME to a folder in one that can be written",
      { cause },
    );
  }
}

function freeName(name: string): string {
  for (let i = 1; ; i++) {
    const each = i === 1 ? name : `${name}-${i}`;
    if (!existsSync(each)) return each;
  }
}

function sayAside(home: string, aside: string): void {
  say(`the old data folder is ${aside}; when you no longer need it: rm -r '${aside}'`);
  if (existsSync(join(aside, "keys.json")) && !existsSync(join(home, "keys.json")))
    say(`keys are not part of a backup; to keep the old ones: cp -p '${aside}/keys.json' '${home}/'`);
}
