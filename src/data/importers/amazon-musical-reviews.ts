import { join } from "node:path";
import { numbers, readDelimited, tokens } from "../csv.js";
import { type Interactions, interactions } from "../interactions.js";
import type { Importer } from "./importer.js";

/** Ratings with what was written beside them, by row. */
export interface Reviews extends Interactions {
  summary: readonly string[];
  review: readonly string[];
}

/** Amazon Musical Instruments 2014, 5-core, with whole reviews (He & McAuley 2016). It has no titles. */
export const amazonMusicalReviews: Importer<Reviews> = {
  name: "amazon-musical-reviews",
  licence: "no licence stated; research use, cite He & McAuley 2016",
  source: "https://github.com/walterfolk/Coder_DSIII_NLP, Musical_instruments_reviews.csv.zip",
  files: ["reviews.tsv.gz"],
  load(folder) {
    const table = readDelimited(
      join(folder, "reviews.tsv.gz"),
      ["user", "item", "rating", "unix_time", "summary", "review"],
      { separator: "\t" },
    );
    const rows = {
      user: tokens(table, "user"),
      item: tokens(table, "item"),
      rating: numbers(table, "rating"),
      time: numbers(table, "unix_time"),
    };
    const { summary, review } = table.columns;
    return { ...interactions(amazonMusicalReviews.name, rows, new Map()), summary, review };
  },
};
