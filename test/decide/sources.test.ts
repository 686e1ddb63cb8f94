import { describe, expect, test, vi } from "vitest";
import {
  checkSources,
  defineConfig,
  type FetchSource,
  fuse,
  gather,
  rescore,
  type Source,
  sourceName,
} from "../../src/decide/index.js";
import { surfaceConfig } from "./world.js";

const items = (...given: string[]) => given.map((item) => ({ item }));
const source = (given: Parameters<typeof surfaceConfig>[0]["candidates"] & {}) =>
  surfaceConfig({ candidates: given }).candidates;

describe("merged sources", () => {
  const [popular, latest] = source([
    { type: "popular", limit: 3 },
    { type: "latest", weight: 2 },
  ]) as [Source, Source];

  test("each item once, scored by weight / (60 + rank), with every source that gave it", () => {
    const merged = fuse([
      {
        source: popular,
        items: [
          { item: "a", score: 9 },
          { item: "b", reason: "because" },
        ],
      },
      { source: latest, items: items("b", "c") },
    ]);
    expect(merged).toEqual([
      {
        item: "b",
        score: 1 / 62 + 2 / 61,
        sources: [
          { source: "popular", rank: 2, reason: "because" },
          { source: "latest", rank: 1 },
        ],
      },
      { item: "c", score: 2 / 62, sources: [{ source: "latest", rank: 2 }] },
      { item: "a", score: 1 / 61, sources: [{ source: "popular", rank: 1, score: 9 }] },
    ]);
  });

  test("an item that a source gives twice counts once, and a source's limit holds", () => {
    const merged = fuse([{ source: popular, items: items("a", "a", "b", "c", "d") }]);
    expect(merged.map(({ item }) => item)).toEqual(["a", "b", "c"]);
  });
});

describe("gathering", () => {
  const surface = surfaceConfig({
    candidates: [{ type: "model" }, { type: "item-to-item", timeout: "20ms" }],
    fallbacks: [{ type: "popular" }, { type: "latest" }],
  });
  const never = new Promise<never>(() => {});
  const from =
    (answers: Partial<Record<Source["type"], () => Promise<{ item: string }[]>>>): FetchSource =>
    ({ type }) =>
      (answers[type] ?? (async () => []))();
  const all = () => true;

  test("asks no fall-back when the sources give enough", async () => {
    const gathered = await gather(surface, from({ model: async () => items("a", "b") }), 2, all);
    expect(gathered.found.map(({ item }) => item)).toEqual(["a", "b"]);
    expect(gathered.fallbacks).toEqual([]);
    expect(gathered.reports.map(({ source: name, state, found }) => [name, state, found])).toEqual([
      ["model", "answered", 2],
      ["item-to-item", "answered", 0],
    ]);
  });

  test("a source that throws and one that is late: the next fills, below, and the answer says so", async () => {
    const gathered = await gather(
      surface,
      from({
        model: async () => {
          throw new Error("no bundle");
        },
        "item-to-item": () => never,
        popular: async () => items("p", "q"),
        latest: async () => items("q", "n"),
      }),
      3,
      all,
    );
    expect(gathered.found.map(({ item }) => item)).toEqual(["p", "q", "n"]);
    expect(gathered.fallbacks).toEqual(["popular", "latest"]);
    expect(gathered.reports).toEqual([
      { source: "model", fallback: false, state: "failed", found: 0, reason: "no bundle" },
      {
        source: "item-to-item",
        fallback: false,
        state: "timed-out",
        found: 0,
        reason: "no answer within 20 ms",
      },
      { source: "popular", fallback: true, state: "answered", found: 2 },
      { source: "latest", fallback: true, state: "answered", found: 2 },
    ]);
  });

  test("too few that may be shown counts as too few", async () => {
    const gathered = await gather(
      surface,
      from({ model: async () => items("seen", "a"), popular: async () => items("a", "b") }),
      2,
      (item) => item !== "seen",
    );
    expect(gathered.fallbacks).toEqual(["popular"]);
    const scores = gathered.found.map(({ score }) => score);
    expect(gathered.found.map(({ item }) => item)).toEqual(["seen", "a", "b"]);
    expect(scores).toEqual([...scores].sort((x, y) => y - x));
    expect(new Set(scores).size).toBe(3);
  });

  test("a late source is told to stop, its failure afterwards disturbs nobody", async () => {
    const failures: unknown[] = [];
    const heard = (reason: unknown) => failures.push(reason);
    process.on("unhandledRejection", heard);
    const stopped = vi.fn();
    await gather(
      surface,
      ({ type }, signal) =>
        type === "item-to-item"
          ? new Promise((_, reject) => {
              signal().addEventListener("abort", () => {
                stopped();
                setTimeout(() => reject(new Error("too late")), 5);
              });
            })
          : Promise.resolve([]),
      1,
      all,
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    process.off("unhandledRejection", heard);
    expect(stopped).toHaveBeenCalledOnce();
    expect(failures).toEqual([]);
  });

  test("the order in which sources answer changes nothing", async () => {
    const answering = (ms: number, list: { item: string }[]) => () =>
      new Promise<{ item: string }[]>((resolve) => setTimeout(() => resolve(list), ms));
    const run = (model: number, neighbours: number) =>
      gather(
        surface,
        from({
          model: answering(model, items("a", "b")),
          "item-to-item": answering(neighbours, items("c", "a")),
        }),
        2,
        all,
      );
    expect(await run(0, 8)).toEqual(await run(8, 0));
  });
});

describe("rescoring", () => {
  const found = fuse([{ source: source([{ type: "popular" }])[0]!, items: items("a", "b", "c", "d") }]);
  const scored = (scores: number[]) => rescore(found, async () => scores, 50);

  test("a model's scores replace the fused ones; unknown items stand below, in their order", async () => {
    const { found: again, failure } = await scored([Number.NaN, -2, Number.NaN, 3]);
    expect(failure).toBeUndefined();
    const order = [...again].sort((x, y) => y.score - x.score).map(({ item }) => item);
    expect(order).toEqual(["d", "b", "a", "c"]);
    expect(again[3]!.score).toBe(3);
  });

  test("items the model refuses stay refused", async () => {
    const { found: again } = await scored([1, Number.NEGATIVE_INFINITY, 2, 3]);
    expect(again[1]!.score).toBe(Number.NEGATIVE_INFINITY);
  });

  test.each<[string, () => Promise<number[]>, string]>([
    ["fails", () => Promise.reject(new Error("out of memory")), "out of memory"],
    ["is late", () => new Promise(() => {}), "no answer within 50 ms"],
    ["miscounts", async () => [1], "1 scores for 4 items"],
  ])("a model that %s leaves the fused order", async (_, scorer, failure) => {
    expect(await rescore(found, scorer, 50)).toEqual({ found, failure });
  });
});

describe("a source this installation does not have", () => {
  const config = (candidates: Parameters<typeof source>[0]) =>
    defineConfig({ surfaces: { home: { candidates } } });
  const available = new Set(["model", "item-to-item", "popular", "latest", "custom:editors"]);

  test("is found before the first request, with what to install or register", () => {
    expect(() => checkSources(config([{ type: "embedding" }]), available)).toThrow(
      /surfaces\.home\.candidates\.0.*embedding.*\n.*type: "model"/,
    );
    expect(() => checkSources(config([{ type: "custom", name: "mine" }]), available)).toThrow(
      /custom:mine.*\n.*openHeed/,
    );
  });

  test("is no matter when no surface names it", () => {
    checkSources(config([{ type: "custom", name: "editors" }, { type: "model" }]), available);
  });

  test("sources are called by their type, custom ones by their name too", () => {
    expect(source([{ type: "latest" }, { type: "custom", name: "x" }]).map(sourceName)).toEqual([
      "latest",
      "custom:x",
    ]);
  });
});
