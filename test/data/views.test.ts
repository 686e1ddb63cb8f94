import { describe, expect, test } from "vitest";
import {
  type CategoricalColumn,
  clicksOf,
  column,
  importers,
  type NumericColumn,
  row,
  sequencesOf,
} from "../../src/data/index.js";

const films = importers["movietweetings-100k"].load("assets/movietweetings");

describe("ratings as sequences", () => {
  test("hold every rating once, each person's in time order, ties in the order of rows", () => {
    const { users, items, sequences, names, titles } = sequencesOf(films);
    expect([users, items, sequences.values.length]).toEqual([16_554, 10_506, 100_000]);
    expect([names, titles]).toEqual([films.items, films.titles]);
    // The person of the first rating, by the file itself.
    const rated = [...films.user.keys()].filter((i) => films.user[i] === 1);
    const byTime = rated.sort((a, b) => films.time[a]! - films.time[b]! || a - b);
    expect([...row(sequences, 0)]).toEqual(byTime.map((i) => films.item[i]));
  });
});

describe("ratings as clicks", () => {
  const clicks = clicksOf(films, 8);
  const labels = (part: "train" | "validation" | "test") =>
    (column(clicks[part], "label") as NumericColumn).values;

  test("are liked from the given rating on: 24,145 eights, 14,005 nines and 12,392 tens", () => {
    const parts = (["train", "validation", "test"] as const).map((part) => [...labels(part)]);
    expect(parts.map((part) => part.length)).toEqual([80_000, 10_000, 10_000]);
    expect(parts.flat().filter((label) => label === 1)).toHaveLength(24_145 + 14_005 + 12_392);
  });

  test("take the year from the title, and keep what only later rows have out of the vocabulary", () => {
    expect(clicks.vocabularies.year).toContain("2013");
    for (const year of clicks.vocabularies.year!) expect(year).toMatch(/^(18|19|20)\d\d$/);
    expect(clicks.vocabularies.weekday!.slice().sort()).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
    const user = column(clicks.test, "user") as CategoricalColumn;
    const order = [...films.time.keys()].sort((a, b) => films.time[a]! - films.time[b]! || a - b);
    const before = new Set(order.slice(0, 80_000).map((i) => films.user[i]));
    const strangers = order.slice(90_000).filter((i) => !before.has(films.user[i])).length;
    expect(user.size).toBe(before.size + 2);
    expect(user.values.filter((id) => id === user.size - 1)).toHaveLength(strangers);
  });
});
