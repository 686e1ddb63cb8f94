import { join } from "node:path";
import { type Interactions, interactions } from "../interactions.js";
import { columnsOf, numberCell, readLines, splitCsv } from "../text.js";

/** MovieLens latest-small (Harper & Konstan 2015; research use, redistribution under the same terms). */
export function loadMovieLensSmall(folder: string): Interactions {
  const path = join(folder, "ratings.csv.gz");
  const [header, ...lines] = readLines(path);
  const [user, item, rating, time] = columnsOf(
    splitCsv(header ?? ""),
    ["userId", "movieId", "rating", "timestamp"],
    path,
  );
  const rows = lines.map((line, i) => {
    const cells = splitCsv(line);
    return {
      user: cells[user!] ?? "",
      item: cells[item!] ?? "",
      rating: numberCell(cells[rating!], path, i + 2, "rating"),
      time: numberCell(cells[time!], path, i + 2, "timestamp"),
    };
  });
  const movies = join(folder, "movies.csv.gz");
  const [head, ...titles] = readLines(movies);
  const [id, title, genres] = columnsOf(splitCsv(head ?? ""), ["movieId", "title", "genres"], movies);
  const catalogue = new Map(
    titles.map((line) => {
      const cells = splitCsv(line);
      return [cells[id!]!, { title: cells[title!] ?? "", genres: (cells[genres!] ?? "").split("|") }];
    }),
  );
  return interactions("ml-latest-small", rows, catalogue);
}
