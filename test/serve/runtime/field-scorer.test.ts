import { expect, test } from "vitest";
import { fieldEncoder } from "../../../src/bundles/index.js";
import type { ItemFacts } from "../../../src/decide/index.js";
import { fieldScorer } from "../../../src/serve/runtime/field-scorer.js";
import { type FieldSubject, fieldRow } from "../../../src/serve/runtime/fields.js";
import type { ThreadedBundle } from "../../../src/serve/runtime/threaded-bundle.js";

const vocabularies = {
  "user.country": ["at", "ch"],
  item: ["a", "b"],
  "item.category": ["x", "y"],
  user: ["ann"],
  "item.price": ["1", "2"],
  "context.device": ["tv"],
};
const fields = Object.keys(vocabularies);

/** A scorer whose model answers the sum of a row's ids times their places, and the rows that it was asked about. */
function opened() {
  const asked: number[][] = [];
  const run: ThreadedBundle["run"] = async (feeds) => {
    const { data, shape } = feeds.fields!;
    const rows = Array.from({ length: shape[0]! }, (_, i) =>
      Array.from({ length: fields.length }, (_, f) => Number(data[i * fields.length + f])),
    );
    asked.push(...rows);
    const sums = rows.map((row) => row.reduce((sum, id, f) => sum + id * (f + 1), 0));
    return { probability: { data: Float32Array.from(sums), shape: [rows.length] } };
  };
  return { asked, score: fieldScorer({ run, vocabularies } as unknown as ThreadedBundle, fields) };
}

const expectedRow = (subject: FieldSubject, item: string, facts: ItemFacts) =>
  Array.from(
    fieldEncoder(fields, vocabularies)([fieldRow(fields, subject, item, facts)]).fields.data as Int32Array,
  );

const ann: FieldSubject = { user: "ann", attributes: { country: "ch" }, context: { device: "tv" } };
const bob: FieldSubject = { user: "bob", attributes: {}, context: {} };
const nothing: ItemFacts = Object.freeze({});
const a: ItemFacts = { categories: ["y"], attributes: { price: 2 } };
const b: ItemFacts = { categories: ["x", "y"] };

test("rows are what encoding each of them anew gives, in order, whoever asks and however often", async () => {
  const { asked, score } = opened();
  const items = [
    ["a", a],
    ["b", b],
    ["unknown", nothing],
    ["a", a],
  ] as const;
  for (const subject of [ann, bob, ann]) {
    asked.length = 0;
    const scores = await score(
      subject,
      items.map(([item]) => item),
      items.map(([, facts]) => facts),
    );
    expect(asked).toEqual(items.map(([item, facts]) => expectedRow(subject, item, facts)));
    expect(scores).toHaveLength(4);
    expect(scores[0]).toBe(scores[3]);
  }
});

test("an item whose facts changed is encoded anew, and items of which nothing is known are not mixed up", async () => {
  const { asked, score } = opened();
  await score(ann, ["a", "b", "a"], [a, nothing, nothing]);
  await score(ann, ["a", "a"], [{ ...a, attributes: { price: 1 } }, nothing]);
  expect(asked).toEqual([
    expectedRow(ann, "a", a),
    expectedRow(ann, "b", nothing),
    expectedRow(ann, "a", nothing),
    expectedRow(ann, "a", { ...a, attributes: { price: 1 } }),
    expectedRow(ann, "a", nothing),
  ]);
});
