import { join } from "node:path";
import { badCell, numbers, readDelimited } from "../csv.js";
import type { Importer } from "./importer.js";
import { readSequences, type SequenceData } from "./sequences.js";

/**
 * Amazon Video Games 2018, the last 50 events of each user, with titles, as LLMRank reads it (Hou et al. 2024). Its users
 * and items are numbered from 0, here from 1.
 */
export const amazonGamesSequences: Importer<SequenceData> = {
  name: "amazon-games-seq",
  licence: "offered for research; cite Ni, Li & McAuley 2019",
  source: "https://github.com/RUCAIBox/LLMRank, llmrank/dataset/Games-6k",
  files: ["sequences.txt.gz", "items.tsv.gz"],
  load(folder) {
    const data = readSequences(join(folder, "sequences.txt.gz"), amazonGamesSequences.name, 0);
    return { ...data, titles: readTitles(join(folder, "items.tsv.gz"), data.items) };
  },
};

function readTitles(path: string, items: number): string[] {
  const table = readDelimited(path, ["item_id", "title"], { separator: "\t", quoted: false });
  const titles = new Array<string>(items + 1).fill("");
  numbers(table, "item_id").forEach((id, i) => {
    if (!(Number.isInteger(id) && id >= 0 && id < items)) {
      throw badCell(table, "item_id", i, `it must be an item of the sequences, 0..${items - 1}`);
    }
    titles[id + 1] = table.columns.title[i]!;
  });
  return titles;
}
