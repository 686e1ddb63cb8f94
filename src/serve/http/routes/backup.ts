import { readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import { InvalidInput } from "../errors.js";
import { route } from "../route.js";

export const postBackup = route({
  method: "POST",
  path: "/v1/backup",
  summary: "Copy the data of every project into a new folder of the server's machine",
  access: { scope: "admin" },
  body: z.strictObject({
    /** Absolute, or relative to the server's home folder; it must not exist, or be empty. */
    folder: z
      .string()
      .min(1)
      .max(4000)
      .refine((text) => !text.includes("\0"), "a path has no NUL character"),
  }),
  answer: z.strictObject({
    specification: z.literal("heed-backup/1"),
    created: z.string(),
    head: z.int(),
    events: z.int(),
    files: z.record(z.string(), z.string()),
  }),
  refuses: [409, 503],
  example: { body: { folder: "backups/2026-01-05" } },
  handle: ({ body }, { backup, home, caller }) => {
    if (caller.project !== "default")
      throw new HeedError(
        "forbidden",
        `a key of project "${caller.project}" cannot copy every project`,
        "use a secret key of the project default",
      );
    if (!backup)
      throw new HeedError(
        "backup-unavailable",
        "this server cannot write backups",
        "stop it and run `heed backup FOLDER`, or start it with createHttpServer(heed, { backup: store.backup })",
      );
    const folder = resolve(home ?? ".", body.folder);
    refuseTaken(folder);
    return backup(folder);
  },
});

function refuseTaken(folder: string): void {
  let stat: ReturnType<typeof statSync>;
  let isEmpty: boolean;
  try {
    stat = statSync(folder, { throwIfNoEntry: false });
    isEmpty = stat?.isDirectory() === true && readdirSync(folder).length === 0;
  } catch (cause) {
    throw new InvalidInput(
      "folder",
      `folder: it cannot be used (${(cause as NodeJS.ErrnoException).code})`,
      "name a folder that does not exist yet, in one that the server may write",
    );
  }
  if (stat && !isEmpty)
    throw new HeedError("conflict", "the folder exists and is not empty", "name one that does not exist yet");
}
