import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numbers, readDelimited, tokens } from "../../src/data/index.js";

const folder = mkdtempSync(join(tmpdir(), "heed-csv-"));
function written(content: string | Uint8Array, name = "table.csv"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("a delimited file", () => {
  test("is read by the names of its columns, in any order", () => {
    const table = readDelimited(written("a,b,c\n1,2,3\n4,5,6\n"), ["c", "a"]);
    expect(table.columns).toEqual({ c: ["3", "6"], a: ["1", "4"] });
    expect(table.lines).toEqual([2, 3]);
  });

  test("may hold separators, quotes and line ends inside quotes", () => {
    const table = readDelimited(written('id,title\r\n1,"Fargo, ""the"" film\nof 1996"\r\n2,plain\r\n3,""'), [
      "id",
      "title",
    ]);
    expect(table.columns.title).toEqual(['Fargo, "the" film\nof 1996', "plain", ""]);
    expect(table.lines).toEqual([2, 4, 5]);
  });

  test("may be gzip, may start with a byte order mark, may have no header and any separator", () => {
    const path = written(gzipSync('\ufeffx::say "hi"\ny::\n'), "table.dat.gz");
    const table = readDelimited(path, ["key", "text"], { separator: "::", quoted: false, header: false });
    expect(table.columns).toEqual({ key: ["x", "y"], text: ['say "hi"', ""] });
  });

  test("ends lines at LF and CRLF, not at a lone CR", () => {
    const table = readDelimited(written('a,b\r\n"1",2\r3\r\n4,5\r6\n'), ["b"]);
    expect(table.columns.b).toEqual(["2\r3", "5\r6"]);
  });

  test.each(["\n", "\n\n\n", "\r\n\r\n", ""])("may end in blank lines, %j", (end) => {
    const { columns, length } = readDelimited(written(`\ufeffa,b\r\n1,2\r\n3,"4"${end}`), ["a", "b"]);
    expect([length, columns]).toEqual([2, { a: ["1", "3"], b: ["2", "4"] }]);
  });

  test("gives back whatever was quoted into it", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "é", " ") });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const path = written(`x,y\n${rows.map((row) => row.map(quote).join(",")).join("\n")}\n`);
        const { columns } = readDelimited(path, ["x", "y"]);
        expect(columns.x.map((x, i) => [x, columns.y[i]])).toEqual(rows);
      }),
    );
  });
});

describe("an error in a file names it, the line and the column", () => {
  test.each([
    ["a missing column", "a,b\n1,2\n", /table\.csv, line 1: there is no column "c"\n.*a, b/],
    ["a short row", "a,b,c\n1,2,3\n4,5\n", /table\.csv, line 3: 2 fields, not 3; column "c" is missing/],
    ["a long row", "a,c\n1,2\n4,5,6\n", /table\.csv, line 3: 3 fields, not 2/],
    ["a blank line", "a,c\n\n1,2\n", /table\.csv, line 2: 1 fields, not 2/],
    ["a quote never closed", 'a,c\n1,"2\n3,4\n', /table\.csv, line 2: field 2 has an opening quote/],
    ["a quote in the middle", 'a,c\n1,2"3"\n', /table\.csv, line 2: field 2 has a quote inside/],
    ["text after a quote", 'a,c\n"1"2,3\n', /table\.csv, line 2: field 1 goes on after its closing quote/],
    ["no rows", "a,c\n", /table\.csv has no rows/],
    ["nothing at all", "", /table\.csv has no rows/],
  ])("%s", (_, content, message) => {
    expect(() => readDelimited(written(content), ["c"])).toThrow(message);
  });

  test.each(["", " ", "x", "NaN", "Infinity", "1;2"])("%j where a number belongs", (cell) => {
    const table = readDelimited(written(`a,c\n0,1\n0,${cell}\n`), ["c"]);
    expect(() => numbers(table, "c")).toThrow(`table.csv, line 3: column "c" is "${cell}"`);
  });

  test("a blank cell where a name belongs", () => {
    const table = readDelimited(written("a,c\n0,\n"), ["c"]);
    expect(() => tokens(table, "c")).toThrow(/line 2: column "c" is ""\n.*must not be blank/);
  });

  test("a gzip file cut short, a file that is none, text that is not UTF-8", () => {
    const whole = gzipSync(`a,c\n${"1,2\n".repeat(1000)}`);
    const cut = written(whole.subarray(0, whole.length - 12), "cut.csv.gz");
    expect(() => readDelimited(cut, ["c"])).toThrow(/cut\.csv\.gz cannot be read: .*\n.*complete/);
    expect(() => readDelimited(written("a,c\n", "no.csv.gz"), ["c"])).toThrow("no.csv.gz cannot be read");
    expect(() => readDelimited(join(folder, "absent.csv"), ["c"])).toThrow(
      /there is no file .*absent\.csv\n.*HEED_DATA/,
    );
    expect(() => readDelimited(written(Uint8Array.of(0x61, 0xe9, 0x0a)), ["a"])).toThrow(
      /table\.csv cannot be read/,
    );
  });
});
