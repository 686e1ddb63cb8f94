import { type CtrSplit, ctrSplit } from "./ctr.js";
import type { SequenceData } from "./importers/sequences.js";
import type { Interactions } from "./interactions.js";
import { ragged } from "./sequences.js";
import { splitByTime } from "./split.js";

/** What every person had, in time order (equal times in the order of rows). Row `i` is user `i + 1`. */
export function sequencesOf(data: Interactions): SequenceData {
  const { time, user, item } = data;
  const lists = data.users.slice(1).map((): number[] => []);
  for (const i of Array.from(time.keys()).sort((a, b) => time[a]! - time[b]! || a - b)) {
    lists[user[i]! - 1]!.push(item[i]!);
  }
  return {
    name: data.name,
    users: lists.length,
    items: data.items.length - 1,
    sequences: ragged(lists, data.items.length),
    names: data.items,
    titles: data.titles,
  };
}

/**
 * Ratings as a click-through task: the label is 1 from the rating `liked` on, the fields are who, what, its genres and
 * year, and when. The first 80 % of the time trains, the next tenth validates, the last tests.
 */
export function clicksOf(data: Interactions, liked: number): CtrSplit {
  const rows = Array.from(data.user.keys());
  const of = (name: string, cell: (row: number) => string | null) => ({ name, cells: rows.map(cell) });
  const date = (row: number) => new Date(data.time[row]! * 1000);
  const fields = [
    of("user", (row) => data.users[data.user[row]!]!),
    of("item", (row) => data.items[data.item[row]!]!),
    of("genres", (row) => data.genres[data.item[row]!]!.join("|") || null),
    of("year", (row) => /\((\d{4})\)$/.exec(data.titles[data.item[row]!]!)?.[1] ?? null),
    of("weekday", (row) => `${date(row).getUTCDay()}`),
    of("hour", (row) => `${date(row).getUTCHours()}`),
  ];
  const [train, validation, test] = splitByTime(data.time, [0.8, 0.1, 0.1]);
  return ctrSplit(
    data.name,
    fields,
    data.rating.map((rating) => (rating >= liked ? 1 : 0)),
    { train: train!, validation: validation!, test: test! },
  );
}
