import { join } from "node:path";
import { badCell, numbers, readDelimited } from "../csv.js";
import type { Importer } from "./importer.js";

/** Pairs of who took what, users and items numbered from 0. */
export interface Pairs {
  user: Int32Array;
  item: Int32Array;
}

/** Pairs with the split they are published with. */
export interface SplitPairs {
  name: string;
  users: number;
  items: number;
  train: Pairs;
  validation: Pairs;
  test: Pairs;
}

const parts = ["train", "validation", "test"] as const;

/** Short videos that people of TikTok watched, in the split of MMSSL and MMHCL; features of the videos are not there. */
export const tiktokInteractions: Importer<SplitPairs> = {
  name: "tiktok-inter",
  licence: "no licence stated; research use",
  source: "https://github.com/Xu107/MMHCL, log/convert2MMRec/tiktok.inter",
  files: ["inter.tsv.gz"],
  load(folder) {
    const table = readDelimited(join(folder, "inter.tsv.gz"), ["user", "item", "split"], { separator: "\t" });
    const whole = (name: "user" | "item" | "split", below: number, rule: string) => {
      const values = numbers(table, name);
      const wrong = values.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < below));
      if (wrong >= 0) throw badCell(table, name, wrong, rule);
      return Int32Array.from(values);
    };
    const user = whole("user", 2 ** 31, "it must be a whole number from 0");
    const item = whole("item", 2 ** 31, "it must be a whole number from 0");
    const split = whole("split", parts.length, "it must be 0, 1 or 2");
    const part = (wanted: number): Pairs => {
      const of = (values: Int32Array) => values.filter((_, row) => split[row] === wanted);
      return { user: of(user), item: of(item) };
    };
    const count = (ids: Int32Array) => ids.reduce((most, id) => Math.max(most, id + 1), 0);
    return {
      name: tiktokInteractions.name,
      users: count(user),
      items: count(item),
      train: part(0),
      validation: part(1),
      test: part(2),
    };
  },
};
