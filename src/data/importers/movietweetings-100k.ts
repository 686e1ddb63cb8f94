import { join } from "node:path";
import { type Interactions, interactions } from "../interactions.js";
import { numberCell, readLines } from "../text.js";

/** MovieTweetings, 100K snapshot (Dooms et al. 2013; MIT): ratings tweeted from IMDb, with the time of each. */
export function loadMovieTweetings(folder: string): Interactions {
  const ratings = join(folder, "ratings.dat.gz");
  const rows = readLines(ratings).map((line, i) => {
    const [user, item, rating, time] = line.split("::");
    return {
      user: user ?? "",
      item: item ?? "",
      rating: numberCell(rating, ratings, i + 1, "rating"),
      time: numberCell(time, ratings, i + 1, "time"),
    };
  });
  const catalogue = new Map(
    readLines(join(folder, "movies.dat.gz")).map((line) => {
      const [id, title, genres] = line.split("::");
      return [id!, { title: title ?? id!, genres: genres ? genres.split("|") : [] }];
    }),
  );
  return interactions("movietweetings-100k", rows, catalogue);
}
