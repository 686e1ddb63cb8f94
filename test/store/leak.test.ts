import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddedStore } from "../../src/store/index.js";
import { compareWithReference, type ExampleRow, smallWorld } from "../../src/testing/index.js";
import { type Opened, openedIn } from "./support.js";

let opened: Opened;
let store: EmbeddedStore;

beforeAll(async () => {
  opened = await openedIn();
  store = opened.store;
});
afterAll(() => opened.close());

/**
 * Every value in a small world is another one, so a history entry's value names the event it came from; and a counter
 * that saw one event too many or too few has another count or sum than the one made by asking every event.
 */
test("no feature of an example comes from after its exposure, out of order and with clocks off by five seconds", async () => {
  let worlds = 0;
  let exposures = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1e9 }), async (seed) => {
      const project = `world-${++worlds}`;
      const { rows, expected } = await compareWithReference(store, smallWorld(seed, 40, project), {
        project,
      });
      const entries = await store.log.read({ after: 0, limit: 10_000, project });
      exposures += rows.length;
      for (const row of rows) {
        for (const feature of row.history) {
          const sources = entries.filter(
            ({ at, event }) =>
              at === feature.at &&
              event.action === feature.action &&
              event.value === (feature.value ?? undefined),
          );
          expect(sources.some((source) => wasVisible(source, row))).toBe(true);
        }
        refused += entries.filter(({ position, at }) => position < row.position && at > row.at).length;
        refused += entries.filter(({ position, at }) => position > row.position && at < row.at).length;
      }
      expect(rows).toEqual(expected);
    }),
    { numRuns: 60, seed: 20_260_504 },
  );
  // The worlds did try: there were events to refuse for each of the two reasons.
  expect(exposures).toBeGreaterThan(200);
  expect(refused).toBeGreaterThan(500);
});

function wasVisible(source: { position: number; at: number }, row: ExampleRow): boolean {
  return source.position < row.position && source.at <= row.at;
}
