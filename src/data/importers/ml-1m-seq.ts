import { join } from "node:path";
import { badCell, numbers, readDelimited } from "../csv.js";
import type { Importer } from "./importer.js";
import { readSequences, type SequenceData } from "./sequences.js";

/** MovieLens 1M as SASRec reads it (Kang & McAuley 2018): items of 5 events or more, without each user's last two events. */
export const movieLens1mSequences: Importer<SequenceData> = {
  name: "ml-1m-seq",
  licence: "GroupLens: research use; no redistribution, no commercial use without permission",
  source:
    "https://github.com/asash/gSASRec-pytorch, datasets/ml1m; original: https://grouplens.org/datasets/movielens/1m/",
  files: ["sequences.txt.gz", "items.tsv.gz"],
  load(folder) {
    const data = readSequences(join(folder, "sequences.txt.gz"), movieLens1mSequences.name);
    return { ...data, titles: readTitles(join(folder, "items.tsv.gz"), data.items) };
  },
};

function readTitles(path: string, items: number): string[] {
  const table = readDelimited(path, ["item_id", "title", "year"], { separator: "\t", quoted: false });
  const titles = new Array<string>(items + 1).fill("");
  numbers(table, "item_id").forEach((id, i) => {
    if (!(Number.isInteger(id) && id >= 1 && id <= items)) {
      throw badCell(table, "item_id", i, `it must be an item of the sequences, 1..${items}`);
    }
    const { title, year } = table.columns;
    titles[id] = year[i] ? `${title[i]} (${year[i]})` : title[i]!;
  });
  return titles;
}
