import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { HeedError } from "../../src/core/errors.js";
import {
  type CategoricalColumn,
  column,
  dataFolder,
  fingerprint,
  type Interactions,
  importers,
  type NumericColumn,
  row,
  rowsOf,
} from "../../src/data/index.js";
import { datasetFolder } from "../support/data.js";

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "heed-importers-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), gzipSync(text));
  return folder;
}

function expectSound(data: Interactions, rows: number, users: number, items: number) {
  expect([data.user.length, data.item.length, data.rating.length, data.time.length]).toEqual([
    rows,
    rows,
    rows,
    rows,
  ]);
  expect([data.users.length - 1, data.items.length - 1]).toEqual([users, items]);
  expect([data.users[0], data.items[0], data.titles[0], data.genres[0]]).toEqual(["", "", "", []]);
  expect([data.titles.length, data.genres.length]).toEqual([items + 1, items + 1]);
  expect(new Set(data.user)).toEqual(new Set([...data.users.keys()].slice(1)));
  expect(new Set(data.item)).toEqual(new Set([...data.items.keys()].slice(1)));
}

describe("the registry", () => {
  test.each(Object.entries(importers))(
    "says of %s what it is, its terms and its source",
    (name, importer) => {
      expect(importer.name).toBe(name);
      expect(importer.licence).not.toBe("");
      expect(importer.source).toMatch(/^https:/);
      expect(importer.files.length).toBeGreaterThan(0);
      expect(() => importer.load(join(tmpdir(), "heed-no-such-folder"))).toThrow(
        new RegExp(`there is no file .*${importer.files[0]}\\n.*HEED_DATA`),
      );
    },
  );

  test.each(Object.entries(importers))(
    "reads no %s from files cut short or of other columns",
    (_, importer) => {
      const broken = (content: Uint8Array) => {
        const folder = mkdtempSync(join(tmpdir(), "heed-importers-"));
        for (const file of importer.files) writeFileSync(join(folder, file), content);
        return () => importer.load(folder);
      };
      const gzip = gzipSync("some,other,columns\n1,2,3\n".repeat(500));
      for (const load of [broken(gzip.subarray(0, gzip.length / 2)), broken(gzip), broken(gzipSync(""))]) {
        expect(load).toThrow(HeedError);
        expect(load).toThrow(importer.files[0]);
      }
    },
  );
});

describe("MovieTweetings, which ships with Heed", () => {
  const data = importers["movietweetings-100k"].load(dataFolder("movietweetings-100k"));

  test("has its 100,000 ratings with titles, years and genres", () => {
    expectSound(data, 100_000, 16_554, 10_506);
    expect([data.users[data.user[0]!], data.items[data.item[0]!], data.rating[0], data.time[0]]).toEqual([
      "1",
      "1074638",
      7,
      1365029107,
    ]);
    const fantomas = data.items.indexOf("0002844");
    expect(data.titles[fantomas]).toBe("Fantômas - À l'ombre de la guillotine (1913)");
    expect(data.genres[fantomas]).toEqual(["Crime", "Drama"]);
  });

  test("names the line of a rating that is no number", () => {
    const folder = folderOf({
      "ratings.dat.gz": "1::2::8::100\n1::3::x::101\n",
      "movies.dat.gz": "2::A (2000)::\n",
    });
    expect(() => importers["movietweetings-100k"].load(folder)).toThrow(
      /ratings\.dat\.gz, line 2: column "rating" is "x"/,
    );
  });

  test("calls a movie without a title by its number", () => {
    const folder = folderOf({
      "ratings.dat.gz": "1::2::8::100\n1::3::9::101\n",
      "movies.dat.gz": "2::A (2000)::\n",
    });
    expect(importers["movietweetings-100k"].load(folder).titles).toEqual(["", "A (2000)", "3"]);
  });
});

const small = datasetFolder("ml-latest-small");
describe.skipIf(!small)("MovieLens latest-small", () => {
  test("has its ratings, quoted titles, and the tags of rated movies", () => {
    const data = importers["ml-latest-small"].load(small!);
    expectSound(data, 100_004, 671, 9_066);
    expect(data.titles[data.items.indexOf("11")]).toBe("American President, The (1995)");
    expect(data.genres[data.items.indexOf("11")]).toEqual(["Comedy", "Drama", "Romance"]);
    expect(data.genres.flat()).not.toContain("(no genres listed)");
    expect(data.tags.tag).toHaveLength(1_296 - 74);
    expect([
      data.users[data.tags.user[0]!],
      data.items[data.tags.item[0]!],
      data.tags.tag[0],
      data.tags.time[0],
    ]).toEqual(["15", "339", "sandra 'boring' bullock", 1138537770]);
  });
});

const frappeFolder = datasetFolder("frappe");
describe.skipIf(!frappeFolder)("Frappe", () => {
  const data = frappeFolder ? importers.frappe.load(frappeFolder) : null;

  test("has the sizes of the published split", () => {
    const positives = [data!.train, data!.validation, data!.test].map((part) => {
      const label = column(part, "label") as NumericColumn;
      return [part.length, label.values.reduce((a, b) => a + b, 0)];
    });
    expect(positives).toEqual([
      [202_027, 67_606],
      [57_722, 19_063],
      [28_860, 9_536],
    ]);
  });

  test("encodes each field by a vocabulary of train alone: a token only others have is unknown", () => {
    const seen = [924, 4082, 7, 7, 2, 3, 2, 9, 80, 229];
    const unknown = { validation: [45, 0, 0, 0, 0, 0, 0, 0, 0, 6], test: [29, 0, 0, 0, 0, 0, 0, 0, 0, 4] };
    data!.fields.forEach(({ name, size }, f) => {
      expect(size).toBe(seen[f]! + 2);
      const ids = (part: "train" | "validation" | "test") =>
        (column(data![part], name) as CategoricalColumn).values;
      expect(new Set(ids("train")).size).toBe(seen[f]);
      expect(Math.max(...new Set(ids("train")))).toBe(seen[f]);
      for (const part of ["validation", "test"] as const) {
        expect(ids(part).filter((id) => id === size - 1)).toHaveLength(unknown[part][f]!);
      }
    });
  });

  test("is the same data each time", () => {
    expect(fingerprint(importers.frappe.load(frappeFolder!).test)).toBe(fingerprint(data!.test));
  });
});

describe("Frappe's reader", () => {
  const header = "split,label,user,item,daytime,weekday,isweekend,homework,cost,weather,country,city\n";
  const line = (split: string, label: string, user = "1") => `${split},${label},${user},2,3,4,5,6,7,8,9,10\n`;
  const load = (text: string) => importers.frappe.load(folderOf({ "frappe_x1.csv.gz": text }));

  test("reads a blank cell as missing, which is no token", () => {
    const data = load(
      header + line("train", "1") + line("train", "0", "") + line("valid", "1", "") + line("test", "1", "7"),
    );
    const users = [data.train, data.validation, data.test].map((part) => [
      ...(column(part, "user") as CategoricalColumn).values,
    ]);
    expect(users).toEqual([[1, 0], [0], [2]]);
    expect(data.fields[0]).toEqual({ name: "user", size: 3 });
  });

  test.each([
    ["another part", line("train", "1") + line("holdout", "1"), /line 3: column "split" is "holdout"/],
    ["a label that is none", line("train", "1") + line("valid", "2"), /line 3: column "label" is "2"/],
    ["a short row", `${line("train", "1")}train,1,2\n`, /line 3: 3 fields, not 12; column "item" is missing/],
    ["a part without rows", line("train", "1") + line("valid", "1"), /frappe\/test has no rows/],
  ])("refuses %s", (_, lines, message) => {
    expect(() => load(header + lines)).toThrow(message);
  });
});

describe.each([
  { name: "ml-1m-seq" as const, users: 6_040, items: 3_416, events: 987_531, shortest: 16 },
  { name: "amazon-beauty-seq" as const, users: 22_363, items: 12_101, events: 198_502, shortest: 5 },
  { name: "amazon-sports-seq" as const, users: 35_598, items: 18_357, events: 296_337, shortest: 5 },
  { name: "amazon-games-seq" as const, users: 50_546, items: 16_859, events: 440_264, shortest: 5 },
  { name: "lastfm-seq" as const, users: 1_090, items: 3_646, events: 52_551, shortest: 5 },
])("$name", ({ name, users, items, events, shortest }) => {
  const folder = datasetFolder(name);

  test.skipIf(!folder)("has the users, items and events its source counts", () => {
    const data = importers[name].load(folder!);
    expect([data.users, data.items, rowsOf(data.sequences), data.sequences.values.length]).toEqual([
      users,
      items,
      users,
      events,
    ]);
    expect(Math.min(...Array.from({ length: users }, (_, i) => row(data.sequences, i).length))).toBe(
      shortest,
    );
    if (name === "ml-1m-seq") {
      expect(data.titles).toHaveLength(items + 1);
      expect(data.titles!.slice(0, 3)).toEqual(["", "Raiders of the Lost Ark (1981)", "Caddyshack (1980)"]);
    } else if (name === "amazon-games-seq") {
      expect(data.titles).toHaveLength(items + 1);
      expect(data.titles!.slice(0, 2)).toEqual(["", "Fire Emblem: The Sacred Stones"]);
      expect([...row(data.sequences, 1).subarray(0, 2)]).toEqual([16, 17]);
    } else {
      const largest = { "amazon-beauty-seq": 637, "amazon-sports-seq": 2_277, "lastfm-seq": 388 }[name];
      expect([rowsOf(data.attributes!), data.attributes!.size]).toEqual([items + 1, largest + 1]);
      expect(row(data.attributes!, 4).length).toBeGreaterThan(0);
    }
  });
});

describe("sequences", () => {
  test("may end lines in CRLF, start with a byte order mark and end in blank lines", () => {
    const { sequences, users, items } = load("\ufeff1 2 3\r\n2 3\r\n\r\n\n");
    expect([users, items, [...row(sequences, 0)], [...row(sequences, 1)]]).toEqual([2, 3, [2, 3], [3]]);
  });

  const load = (text: string, attributes = "{}") =>
    importers["amazon-beauty-seq"].load(
      folderOf({ "sequences.txt.gz": text, "item2attributes.json.gz": attributes }),
    );

  test.each([
    ["a blank line", "1 2 3\n\n3 1\n", /sequences\.txt\.gz, line 2: the user is ""/],
    ["users out of order", "2 2 3\n", /line 1: the user is "2"\n.*it must be 1/],
    ["a user without items", "1\n", /line 1: there are no items/],
    ["an item that is padding", "1 2 0\n", /line 1: item 2 is "0"/],
    ["an item that is no whole number", "1 2.5\n", /line 1: item 1 is "2.5"/],
    ["nothing", "", /has no rows/],
  ])("refuse %s", (_, text, message) => expect(() => load(text)).toThrow(message));

  test.each([
    ["of an unknown item", '{"9":[1]}', /item "9" is not as expected\n.*1\.\.3/],
    ["that are none", '{"2":[0]}', /item "2" is not as expected/],
    ["that are not JSON", '{"2":', /is not JSON/],
  ])("refuse attributes %s", (_, attributes, message) => {
    expect(() => load("1 2 3\n", attributes)).toThrow(message);
  });
});

const implicit = datasetFolder("mlsmall-implicit");
describe.skipIf(!implicit)("MovieLens latest-small with stored negatives", () => {
  test("has the sizes of its fixed split, and vocabularies of train alone", () => {
    const { train, validation, test: held, fields } = importers["mlsmall-implicit"].load(implicit!);
    const positives = [train, validation, held].map((part) => {
      const label = column(part, "label") as NumericColumn;
      return [part.length, label.values.reduce((a, b) => a + b, 0)];
    });
    expect(positives).toEqual([
      [210_008, 70_023],
      [60_002, 20_013],
      [30_002, 9_968],
    ]);
    expect(fields.map(({ name }) => name)).toEqual(
      "user movie genre year5 n_genres hour4 weekday".split(" "),
    );
    expect(fields.at(-1)!.size).toBe(7 + 2);
    expect(new Set((column(train, "movie") as CategoricalColumn).values).size).toBe(fields[1]!.size - 2);
  });
});

describe.skipIf(!frappeFolder)("Frappe with re-created negatives", () => {
  test("lies beside the published split and has the same sizes, and other rows", () => {
    expect(dataFolder("frappe-recreated")).toBe(frappeFolder);
    const { train, validation, test: held } = importers["frappe-recreated"].load(frappeFolder!);
    expect([train.length, validation.length, held.length]).toEqual([202_027, 57_722, 28_860]);
    const label = column(held, "label") as NumericColumn;
    expect(label.values.reduce((a, b) => a + b, 0)).toBe(9_718);
  });
});

const bandit = datasetFolder("obd-small");
describe.skipIf(!bandit)("Open Bandit, sample", () => {
  test("has 10,000 rows of each policy with their clicks and true propensities", () => {
    const { random, thompson } = importers["obd-small"].load(bandit!);
    for (const [log, clicks] of [
      [random, 46],
      [thompson, 69],
    ] as const) {
      expect(log.item.length).toBe(10_000);
      expect(log.click.reduce((a, b) => a + b, 0)).toBe(clicks);
      expect(new Set(log.position)).toEqual(new Set([1, 2, 3]));
      expect(Math.max(...log.item)).toBe(33);
    }
    expect(new Set(random.propensity)).toEqual(new Set([1 / 34]));
  });
});

describe("a cell that is not what its column says", () => {
  test.each([
    ["1,1,2,0.5", "click"],
    ["1,0,1,0.5", "position"],
    ["1,1,1,0", "propensity_score"],
    ["-1,1,1,0.5", "item_id"],
  ])("of a bandit's log is named: %s", (row, name) => {
    const log = `item_id,position,click,propensity_score\n${row}\n`;
    const folder = folderOf({ "random_men.csv.gz": log, "bts_men.csv.gz": log });
    expect(() => importers["obd-small"].load(folder)).toThrow(new RegExp(`line 2: column "${name}"`));
  });

  test("of the stored negatives is named", () => {
    const header = "label,user,movie,genre,year5,n_genres,hour4,weekday\n";
    const file = (label: number) => `${header}1,1,2,Drama,1990,1,3,0\n${label},1,3,Drama,1990,1,3,0\n`;
    const folder = folderOf({ "train.csv.gz": file(0), "valid.csv.gz": file(0), "test.csv.gz": file(2) });
    expect(() => importers["mlsmall-implicit"].load(folder)).toThrow(
      /test\.csv\.gz, line 3: column "label" is "2"/,
    );
  });
});

const musical = datasetFolder("amazon-musical-reviews");
describe.skipIf(!musical)("Amazon Musical Instruments", () => {
  test("has its ratings with what was written beside them", () => {
    const data = importers["amazon-musical-reviews"].load(musical!);
    expectSound(data, 10_261, 1_429, 900);
    expect([data.summary.length, data.review.length]).toEqual([10_261, 10_261]);
    expect([data.users[1], data.items[1], data.rating[0], data.summary[0]]).toEqual([
      "A2IBPI20UZIR0U",
      "1384719342",
      5,
      "good",
    ]);
    expect(data.review[0]).toMatch(/^Not much to write about here, but/);
  });
});

const tiktok = datasetFolder("tiktok-inter");
describe.skipIf(!tiktok)("TikTok's interactions", () => {
  test("have the sizes of their published split, one test item a user", () => {
    const { users, items, train, validation, test: held } = importers["tiktok-inter"].load(tiktok!);
    expect([users, items]).toEqual([9_308, 6_710]);
    expect([train, validation, held].map(({ user }) => user.length)).toEqual([59_541, 3_051, 6_130]);
    expect(new Set(held.user).size).toBe(6_130);
  });

  test("name the line of a split that there is not", () => {
    const folder = folderOf({ "inter.tsv.gz": "user\titem\tsplit\n0\t1\t0\n0\t2\t3\n" });
    expect(() => importers["tiktok-inter"].load(folder)).toThrow(/line 3: column "split" is "3"/);
  });
});
