import { join } from "node:path";
import { badCell, numbers, readDelimited } from "../csv.js";
import { type CtrSplit, ctrSplit } from "../ctr.js";
import type { Importer } from "./importer.js";

const fields = ["user", "movie", "genre", "year5", "n_genres", "hour4", "weekday"] as const;
const files = ["train.csv.gz", "valid.csv.gz", "test.csv.gz"] as const;

/**
 * MovieLens latest-small as a click-through task with stored negatives: every rating is a positive, two movies that the user
 * never rated are negatives of the same time; rows cut 7:2:1 at random. All seven fields are categorical.
 */
export const movieLensSmallImplicit: Importer<CtrSplit> = {
  name: "mlsmall-implicit",
  licence:
    "GroupLens: research use; redistribution under the same terms; no commercial use without permission",
  source: "https://grouplens.org/datasets/movielens/, made from latest-small of 2016",
  files,
  load(folder) {
    const parts = files.map((file) => readDelimited(join(folder, file), ["label", ...fields]));
    const label = parts.flatMap((table) => {
      const values = Array.from(numbers(table, "label"));
      const wrong = values.findIndex((value) => value !== 0 && value !== 1);
      if (wrong >= 0) throw badCell(table, "label", wrong, "it must be 0 or 1");
      return values;
    });
    const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((total, { length }) => total + length, 0));
    const rows = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
    return ctrSplit(
      movieLensSmallImplicit.name,
      fields.map((name) => ({
        name,
        cells: parts.flatMap(({ columns }) => columns[name].map((cell) => cell || null)),
      })),
      label,
      {
        train: rows(0, ends[0]!),
        validation: rows(ends[0]!, ends[1]!),
        test: rows(ends[1]!, ends[2]!),
      },
    );
  },
};
