import { join } from "node:path";
import { numbers, readDelimited, tokens } from "../csv.js";
import { type Interactions, interactions } from "../interactions.js";
import type { Importer } from "./importer.js";

const format = { separator: "::", quoted: false, header: false };

/** MovieTweetings, 100K snapshot (Dooms et al. 2013): ratings 0..10 tweeted from IMDb, with the time of each. */
export const movieTweetings: Importer<Interactions> = {
  name: "movietweetings-100k",
  licence: "MIT",
  source: "https://github.com/sidooms/MovieTweetings, snapshots/100K",
  files: ["ratings.dat.gz", "movies.dat.gz"],
  load(folder) {
    const ratings = readDelimited(
      join(folder, "ratings.dat.gz"),
      ["user", "movie", "rating", "time"],
      format,
    );
    const movies = readDelimited(join(folder, "movies.dat.gz"), ["movie", "title", "genres"], format);
    const { title, genres } = movies.columns;
    const catalogue = new Map(
      tokens(movies, "movie").map((movie, i) => [
        movie,
        { title: title[i]!, genres: genres[i] ? genres[i].split("|") : [] },
      ]),
    );
    const rows = {
      user: tokens(ratings, "user"),
      item: tokens(ratings, "movie"),
      rating: numbers(ratings, "rating"),
      time: numbers(ratings, "time"),
    };
    return interactions(movieTweetings.name, rows, catalogue);
  },
};
