import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { configTemplate, packageTemplate, serveTemplate } from "./init-templates.js";
import { answerJson, say } from "./output.js";

/** `heed init [folder]`: the files of a project that decides with Heed. */
export function addInit(program: Command): void {
  program
    .command("init")
    .description("write heed.config.ts and a server to start from")
    .argument("[folder]", "where", ".")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Writes heed.config.ts (surfaces, rules, exploration, typed), serve.ts (Heed over HTTP with that
configuration) and, where there is none, package.json. Adds .heed/ to .gitignore.
Overwrites nothing.`,
    )
    .action((folder: string, flags: { json?: boolean }) => {
      const written = init(resolve(folder));
      if (flags.json) answerJson({ folder: resolve(folder), written });
      else for (const name of written) process.stdout.write(`${join(folder, name)}\n`);
      say(
        `next: ${folder === "." ? "" : `cd '${folder}' && `}npm install heed && npm install --save-dev tsx && npx tsx serve.ts`,
      );
    });
}

function init(folder: string): string[] {
  const files: Record<string, string> = { "heed.config.ts": configTemplate, "serve.ts": serveTemplate };
  const taken = Object.keys(files).find((name) => existsSync(join(folder, name)));
  if (taken !== undefined) {
    throw new HeedError(
      "exists",
      `${join(folder, taken)} exists, and nothing is overwritten`,
      `move it away: mv '${join(folder, taken)}' '${join(folder, `${taken}.old`)}', or choose another folder: heed init my-heed`,
    );
  }
  if (!existsSync(join(folder, "package.json"))) files["package.json"] = packageTemplate;
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { flag: "wx" });
    const written = Object.keys(files);
    return ignoreData(join(folder, ".gitignore")) ? [...written, ".gitignore"] : written;
  } catch (cause) {
    throw new HeedError(
      "folder",
      `${folder} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
      "name a folder that can be written: heed init ./my-heed",
      { cause },
    );
  }
}

/** Adds the data folder to .gitignore; false when it is there. */
function ignoreData(path: string): boolean {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (text.split(/\r?\n/).some((line) => /^\/?\.heed\/?$/.test(line.trim()))) return false;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  writeFileSync(path, `${text}${gap}.heed/\n`);
  return true;
}
