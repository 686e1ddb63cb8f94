import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { wholeNumber } from "./options.js";
import { answer, answerJson, say } from "./output.js";
import { type Answer, fromBundle, localOrServer } from "./recommend-sources.js";

interface RecommendFlags {
  limit: string;
  history?: string;
  bundle?: string;
  json?: boolean;
}

/** `heed recommend USER`: what `heed up` would show, from its data folder, its server, or a bundle. */
export function addRecommend(program: Command): void {
  program
    .command("recommend")
    .description("recommend items to a person, or for a history of items")
    .argument("[user]", "a person of the data folder")
    .option("--limit <n>", "how many items", "10")
    .option("--history <items>", "item names, separated by commas, oldest first, instead of a person's own")
    .option("--bundle <folder>", "score with this bundle instead of the model that serves")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nReads the data folder HEED_HOME (.heed unless set).\nWhile `heed up` holds it, asks its server at HEED_PORT (4141 unless set).",
    )
    .action(async (user: string | undefined, flags: RecommendFlags) => {
      const found = await recommend(user, flags);
      if (flags.json) answerJson(found);
      else answer(found.items.map(tableRow), false);
    });
}

async function recommend(user: string | undefined, flags: RecommendFlags): Promise<Answer> {
  const wrong = (what: string, remedy: string) => new HeedError("option", what, remedy);
  const limit = wholeNumber("--limit", flags.limit, 1);
  if (limit > 200) throw wrong(`--limit is ${limit}`, "give at most 200");
  const history = flags.history?.split(",").map((item) => item.trim());
  if (history?.includes(""))
    throw wrong(`--history is "${flags.history}"`, "give item names, for example --history a,b");
  if (history === undefined && user === undefined)
    throw wrong("there is no user and no --history", "say who: heed recommend USER");
  const asked = history ? { history } : { user: user! };
  return flags.bundle === undefined
    ? localOrServer(asked, limit, say)
    : fromBundle(flags.bundle, asked, limit);
}

function tableRow({ position, item, title, score, reason }: Answer["items"][number]): object {
  return {
    position,
    item,
    ...(title !== undefined && { title }),
    score,
    ...(reason !== undefined && { reason }),
  };
}
