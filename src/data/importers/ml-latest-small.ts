import { join } from "node:path";
import { numbers, readDelimited, tokens } from "../csv.js";
import { type Interactions, interactions } from "../interactions.js";
import type { Importer } from "./importer.js";

/** Words users wrote on items, one array a column; ids are those of the interactions. */
export interface Tags {
  user: Int32Array;
  item: Int32Array;
  tag: string[];
  /** Unix seconds. */
  time: Float64Array;
}

/**
 * MovieLens latest-small, October 2016 (Harper & Konstan 2015): ratings 0.5..5 in half stars, and tags. Tags on movies
 * that nobody rated are left out: such movies have no id.
 */
export const movieLensSmall: Importer<Interactions & { tags: Tags }> = {
  name: "ml-latest-small",
  licence:
    "GroupLens: research use; redistribution under the same terms; no commercial use without permission",
  source: "https://grouplens.org/datasets/movielens/",
  files: ["ratings.csv.gz", "movies.csv.gz", "tags.csv.gz"],
  load(folder) {
    const ratings = readDelimited(join(folder, "ratings.csv.gz"), [
      "userId",
      "movieId",
      "rating",
      "timestamp",
    ]);
    const movies = readDelimited(join(folder, "movies.csv.gz"), ["movieId", "title", "genres"]);
    const catalogue = new Map(
      tokens(movies, "movieId").map((movie, i) => [
        movie,
        { title: movies.columns.title[i]!, genres: genresOf(movies.columns.genres[i]!) },
      ]),
    );
    const rows = {
      user: tokens(ratings, "userId"),
      item: tokens(ratings, "movieId"),
      rating: numbers(ratings, "rating"),
      time: numbers(ratings, "timestamp"),
    };
    const loaded = interactions(movieLensSmall.name, rows, catalogue);
    return { ...loaded, tags: readTags(join(folder, "tags.csv.gz"), loaded) };
  },
};

function genresOf(cell: string): string[] {
  return cell === "" || cell === "(no genres listed)" ? [] : cell.split("|");
}

function readTags(path: string, { users, items }: Interactions): Tags {
  const table = readDelimited(path, ["userId", "movieId", "tag", "timestamp"]);
  const ids = (names: string[], cells: string[]) => {
    const known = new Map(names.map((name, id) => [name, id]));
    return cells.map((cell) => known.get(cell) ?? 0);
  };
  const user = ids(users, tokens(table, "userId"));
  const item = ids(items, tokens(table, "movieId"));
  const time = numbers(table, "timestamp");
  const kept = [...user.keys()].filter((i) => user[i]! > 0 && item[i]! > 0);
  return {
    user: Int32Array.from(kept, (i) => user[i]!),
    item: Int32Array.from(kept, (i) => item[i]!),
    tag: kept.map((i) => table.columns.tag[i]!),
    time: Float64Array.from(kept, (i) => time[i]!),
  };
}
