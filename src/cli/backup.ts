import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { BackupManifest } from "../store/index.js";
import { inHome } from "./home.js";
import { answer, answerJson, say } from "./output.js";

/** `heed backup FOLDER`: a verified copy of the data folder, while the server runs too. */
export function addBackup(program: Command): void {
  program
    .command("backup")
    .description("copy all data into a new folder, while the server runs too")
    .argument("<folder>", "a folder that does not exist yet, or is empty")
    .option("--json", "print JSON")
    .addHelpText("after", "\nKeys are not part of a backup: keep a copy of keys.json somewhere safe.")
    .action(async (folder: string, flags: { json?: boolean }) => {
      const path = resolve(folder);
      const manifest = await inHome<BackupManifest & { keys: boolean }>(
        async ({ folder: home, store }) => ({
          ...(await store.backup(path)),
          keys: existsSync(join(home, "keys.json")),
        }),
        async (call) => ({
          ...(await call.ask<BackupManifest>("/v1/backup", { body: { folder: path } })),
          keys: process.env.HEED_KEY !== undefined,
        }),
      );
      const { keys, ...written } = manifest;
      const { events, head, created } = written;
      const files = Object.keys(written.files).length;
      if (flags.json) answerJson({ folder: path, ...written });
      else answer([{ folder: path, events, head, files, created }], false);
      if (keys) say("keys.json is not in it: keep a copy of it somewhere safe");
    });
}
