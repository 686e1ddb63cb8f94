import type { Command } from "commander";
import { HeedError, nearest } from "../core/errors.js";
import {
  createKey,
  type KeySummary,
  listKeys,
  revokeKey,
  rotateKey,
  type Scope,
  scopes,
} from "../serve/index.js";
import { heedHome } from "./environment.js";
import { oneOf, wholeNumber } from "./options.js";
import { answer, answerJson, say } from "./output.js";

interface CreateFlags {
  kind: string;
  project?: string;
  label?: string;
  scope: string[];
  expires?: string;
  origin: string[];
  rate?: string;
  json?: boolean;
}

const remembered = "keep it now: it is shown this once. A running server knows it within a second.";

/** `heed keys`: the keys of the data folder. They are files, so a running server need not be asked. */
export function addKeys(program: Command): void {
  const keys = program
    .command("keys")
    .description("make, list, revoke and rotate the keys of the server")
    .addHelpText("after", "\nTheir hashes lie in keys.json of the data folder HEED_HOME (.heed unless set).");

  keys
    .command("create")
    .description("make a key and print it, once, on stdout")
    .option("--kind <kind>", "secret (servers: everything) or publishable (browsers: events only)", "secret")
    .option("--project <name>", "the project (tenant): default unless told")
    .option("--label <text>", "what it is for")
    .option(
      "--scope <name>",
      "what a secret key may do; may be repeated; everything unless told",
      collect,
      [],
    )
    .option("--expires <time>", "when it ends, RFC 3339 in UTC; never unless told")
    .option("--origin <origin>", "a page that may use a publishable key; may be repeated", collect, [])
    .option("--rate <n,n>", "requests a second, and at once: --rate 100,200")
    .option("--json", "print JSON")
    .addHelpText("after", `\nScopes:\n${scopes.map((scope) => `  ${scope}`).join("\n")}`)
    .action((flags: CreateFlags) => create(flags));

  keys
    .command("list")
    .description("every key, oldest first, without what would open anything")
    .option("--json", "print JSON")
    .action((flags: { json?: boolean }) => {
      const found = listKeys(heedHome());
      if (found.length === 0)
        say("there are no keys: the server answers this machine only. Make one: heed keys create");
      answer(flags.json ? found : found.map(tableRow), flags.json ?? false);
    });

  keys
    .command("revoke")
    .description("end a key, and every user token signed with it, within a second")
    .argument("<id>", "as `heed keys list` shows it")
    .option("--json", "print JSON")
    .action((id: string, flags: { json?: boolean }) => {
      const revoked = revokeKey(heedHome(), id);
      answer([flags.json ? revoked : tableRow(revoked)], flags.json ?? false);
    });

  keys
    .command("rotate")
    .description("make a key like an old one, which stays valid for a while")
    .argument("<id>", "as `heed keys list` shows it")
    .option("--grace <seconds>", "how long the old key stays valid", "86400")
    .option("--json", "print JSON")
    .action((id: string, flags: { grace: string; json?: boolean }) => {
      const { made, old } = rotateKey(heedHome(), id, wholeNumber("--grace", flags.grace));
      if (flags.json) answerJson({ made, old });
      else process.stdout.write(`${made.key}\n`);
      say(`key ${made.id} takes the place of ${old.id}, which ends at ${old.expires}; ${remembered}`);
    });
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

function create(flags: CreateFlags): void {
  const { project, label, expires } = flags;
  const made = createKey(heedHome(), {
    kind: oneOf("--kind", flags.kind, ["secret", "publishable"]),
    project,
    label,
    expires,
    ...(flags.scope.length > 0 && { scopes: flags.scope.map(scopeOf) }),
    origins: flags.origin,
    ...(flags.rate !== undefined && { rate: rateOf(flags.rate) }),
  });
  if (flags.json) answerJson(made);
  else process.stdout.write(`${made.key}\n`);
  say(`key ${made.id} (${made.kind}, project ${made.project}); ${remembered}`);
}

function scopeOf(text: string): Scope {
  const found = scopes.find((scope) => scope === text);
  if (found) return found;
  const near = nearest(text, scopes);
  throw new HeedError(
    "option",
    `--scope is "${text}"`,
    `${near ? `did you mean "${near}"? ` : ""}scopes are ${scopes.join(", ")}`,
  );
}

function rateOf(text: string): { perSecond: number; burst: number } {
  const [perSecond = Number.NaN, burst = Number.NaN, ...more] = text.split(",").map(Number);
  if (perSecond > 0 && burst >= 1 && more.length === 0) return { perSecond, burst };
  throw new HeedError("option", `--rate is "${text}"`, "give requests a second, and at once: --rate 100,200");
}

function tableRow({ id, kind, project, label, lastFour, created, expires, revoked }: KeySummary): object {
  const state = revoked ? "revoked" : expires && Date.parse(expires) <= Date.now() ? "expired" : "valid";
  return { id, kind, project, label, ends: `...${lastFour}`, created, expires, state };
}
