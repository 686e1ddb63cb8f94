import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AttributesOf,
  applyOverride,
  attributeProblems,
  type ConfigInput,
  checkFilter,
  defineConfig,
  parseConfig,
} from "../../src/decide/index.js";

describe("defineConfig", () => {
  test("without anything gives a home surface that works", () => {
    const { surfaces, models, seed } = defineConfig({});
    const home = surfaces.home!;
    expect(home.candidates.map(({ type }) => type)).toEqual(["model", "item-to-item", "popular"]);
    expect(home.score).toMatchObject({ type: "model", model: "main" });
    expect(home.decide.policy).toEqual({ type: "greedy" });
    expect(home.decide.diversity.lambda).toBe(1);
    expect(home.fallbacks.map(({ type }) => type)).toEqual(["popular", "latest"]);
    expect(models.main).toMatchObject({ model: "best", candidates: ["sasrec"], seconds: 600, retrain: "1d" });
    expect(seed).toBe(1);
  });

  test("keeps home and main when only others are named", () => {
    const { surfaces, models } = defineConfig({
      surfaces: { feed: { limit: 20 } },
      models: { clicks: { model: "deepfm" } },
    });
    expect(Object.keys(surfaces)).toEqual(["home", "feed"]);
    expect(surfaces.feed!.limit).toBe(20);
    expect(Object.keys(models)).toEqual(["main", "clicks"]);
  });

  test("survives JSON, and defining it again changes nothing", () => {
    const config = defineConfig(full);
    expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  });

  test("knows the types of the attributes that were declared", () => {
    const config = defineConfig({
      entities: { item: { attributes: { price: "number", tags: "string[]" } } },
    });
    const item: AttributesOf<typeof config, "item"> = { price: 3, tags: ["new"] };
    // @ts-expect-error a price is a number
    const wrong: AttributesOf<typeof config, "item"> = { price: "3" };
    expect(attributeProblems(config, "item", item)).toEqual([]);
    expect(attributeProblems(config, "item", wrong)).toEqual([
      { path: "attributes.price", message: 'expected a number, got "3"' },
    ]);
    expect(attributeProblems(config, "item", { prise: 3 })).toEqual([
      { path: "attributes.prise", message: 'unknown "prise", did you mean "price"?' },
    ]);
    expect(attributeProblems(config, "user", { anything: 1 })).toEqual([]);
    expect(attributeProblems(config, "item", { constructor: 1 })).toHaveLength(1);
  });

  test.each<[string, unknown, string]>([
    [
      "an unknown key at the top",
      { surfacs: {} },
      'configuration: unknown "surfacs", did you mean "surfaces"?',
    ],
    [
      "an unknown key deep inside",
      { surfaces: { home: { decide: { diversity: { lamda: 0.5 } } } } },
      'surfaces.home.decide.diversity: unknown "lamda", did you mean "lambda"?',
    ],
    [
      "an unknown policy",
      { surfaces: { home: { decide: { policy: { type: "epsilon-gredy" } } } } },
      'surfaces.home.decide.policy.type: unknown "epsilon-gredy", did you mean "epsilon-greedy"?',
    ],
    [
      "an unknown source",
      { surfaces: { home: { candidates: [{ type: "popular" }, { type: "lates" }] } } },
      'surfaces.home.candidates.1.type: unknown "lates", did you mean "latest"?',
    ],
    [
      "a model nobody named",
      { surfaces: { home: { score: { type: "model", model: "mian" } } } },
      'surfaces.home.score.model: unknown "mian", did you mean "main"?',
    ],
    [
      "an attribute nobody declared",
      withFilter({ attribute: "prise", gt: 3 }),
      'surfaces.home.decide.rules.filters.0.attribute: unknown "prise", did you mean "price"?',
    ],
    [
      "an operator that does not fit",
      withFilter({ not: { attribute: "brand", gt: 3 } }),
      'surfaces.home.decide.rules.filters.0.not.gt: "brand" is a string, and gt compares numbers',
    ],
    [
      "a literal of another type",
      withFilter({ any: [{ attribute: "price", in: [1, "2"] }] }),
      'surfaces.home.decide.rules.filters.0.any.0.in: "price" is a number, and "2" is a string',
    ],
    [
      "a condition of two forms",
      withFilter({ attribute: "brand", eq: "x", all: [{ attribute: "brand", eq: "x" }] }),
      "filters.0: give exactly one of attribute, all, any, not",
    ],
    ["a duration without a unit", withFilter({ attribute: "time", within: "30" }), 'such as "250ms"'],
    [
      "a quota that cannot be",
      {
        surfaces: {
          home: { decide: { rules: { quotas: [{ each: "item", first: 2, atMost: 1, atLeast: 1 }] } } },
        },
      },
      '"each" goes with atMost only',
    ],
    [
      "two pins of one position",
      {
        surfaces: {
          home: {
            decide: {
              rules: {
                pins: [
                  { item: "a", position: 1 },
                  { item: "b", position: 1 },
                ],
              },
            },
          },
        },
      },
      "position 1 is pinned twice",
    ],
    [
      "a variant whose surface is wrong",
      withExperiments({
        a: { variants: { control: {}, t: { override: { decide: { policy: { type: "gredy" } } } } } },
      }),
      'surfaces.home.experiments.a.variants.t.override.decide.policy.type: unknown "gredy", did you mean "greedy"?',
    ],
    [
      "an experiment with one variant",
      withExperiments({ a: { variants: { control: {} } } }),
      "an experiment has at least two variants",
    ],
    [
      "two experiments on one setting",
      withExperiments({
        a: { variants: { control: {}, t: { override: { decide: { diversity: { lambda: 0.5 } } } } } },
        b: { variants: { control: {}, t: { override: { decide: { diversity: { lambda: 0.7 } } } } } },
      }),
      'surfaces.home.experiments.b: changes "decide.diversity.lambda", which experiment "a" changes too',
    ],
    [
      "a function",
      { surfaces: { home: { limit: () => 3 } } },
      "surfaces.home.limit: a function is not plain data",
    ],
    ["a prototype key", JSON.parse('{"surfaces":{"__proto__":{}}}'), '"__proto__" is not allowed'],
    ["not an object", "home", "expected object, received string"],
  ])("refuses %s by its path", (_, input, message) => {
    expect(() => parseConfig(input)).toThrow(message);
    expect(() => parseConfig(input)).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });

  test("refuses a circle and a bottomless nesting", () => {
    const circle: Record<string, unknown> = {};
    circle.surfaces = circle;
    expect(() => parseConfig(circle)).toThrow("in a circle");
    const deep = `${'{"not":'.repeat(5000)}1${"}".repeat(5000)}`;
    expect(() => parseConfig(withFilter(JSON.parse(deep)))).toThrow("nested deeper than");
  });

  test("any JSON is either refused with a HeedError or accepted, and then survives JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        let config: unknown;
        try {
          config = parseConfig(value);
        } catch (error) {
          expect(error).toMatchObject({ code: "config-invalid" });
          return;
        }
        expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
      }),
    );
  });
});

describe("applyOverride", () => {
  const file = { surfaces: { home: { limit: 20, decide: { diversity: { lambda: 0.5 } } } } };

  test("override goes before file, file before default, and the changes are listed", () => {
    const { config, changes } = applyOverride(file, {
      surfaces: { home: { limit: 5, decide: { policy: { type: "epsilon-greedy" } } } },
    });
    expect(config.surfaces.home).toMatchObject({
      limit: 5,
      decide: { policy: { type: "epsilon-greedy", epsilon: 0.1 }, diversity: { lambda: 0.5 } },
      score: { type: "model" },
    });
    expect(changes).toEqual([
      { path: "surfaces.home.limit", before: 20, after: 5 },
      { path: "surfaces.home.decide.policy.type", before: "greedy", after: "epsilon-greedy" },
      { path: "surfaces.home.decide.policy.epsilon", after: 0.1 },
      { path: "surfaces.home.decide.policy.unit", after: "position" },
    ]);
  });

  test("null brings the default back", () => {
    const { config, changes } = applyOverride(file, { surfaces: { home: { limit: null } } });
    expect(config.surfaces.home!.limit).toBe(10);
    expect(changes).toEqual([{ path: "surfaces.home.limit", before: 20, after: 10 }]);
  });

  test("another type drops the settings of the old one", () => {
    const withEpsilon = {
      surfaces: { home: { decide: { policy: { type: "epsilon-greedy", epsilon: 0.3 } as const } } },
    };
    const { config } = applyOverride(withEpsilon, {
      surfaces: { home: { decide: { policy: { type: "softmax", temperature: 2 } } } },
    });
    expect(config.surfaces.home!.decide.policy).toEqual({ type: "softmax", temperature: 2 });
  });

  test("lists are replaced whole, and shown whole", () => {
    const { changes } = applyOverride({}, { surfaces: { home: { fallbacks: [] } } });
    expect(changes.map(({ path, after }) => ({ path, after }))).toEqual([
      { path: "surfaces.home.fallbacks", after: [] },
    ]);
  });

  test("an empty override changes nothing, and a wrong one is refused", () => {
    expect(applyOverride(full, {}).changes).toEqual([]);
    expect(() => applyOverride(file, { surfaces: { home: { limit: 0 } } })).toThrow("surfaces.home.limit");
  });
});

describe("checkFilter", () => {
  const config = defineConfig({ entities: { item: { attributes: { price: "number" } } } });

  test("takes what items have", () => {
    checkFilter(config, { price: 3, categories: ["film", null] });
    checkFilter(defineConfig({}), { whatever: "x" });
  });

  test("names what they have not", () => {
    expect(() => checkFilter(config, { prise: 3 })).toThrow(
      'filter.prise.attribute: unknown "prise", did you mean "price"?',
    );
    expect(() => checkFilter(config, { price: "3" })).toThrow('filter.price.in: "price" is a number');
  });
});

function withFilter(filter: unknown) {
  return {
    entities: { item: { attributes: { price: "number", brand: "string" } } },
    surfaces: { home: { decide: { rules: { filters: [filter] } } } },
  };
}

function withExperiments(experiments: unknown) {
  return { surfaces: { home: { experiments } } };
}

const full: ConfigInput = {
  seed: 7,
  entities: {
    item: { attributes: { price: "number", released: "time" } },
    user: { attributes: { age: "number" } },
  },
  models: { main: { model: "sasrec", options: { dim: 64 }, retrain: "12h" } },
  surfaces: {
    home: {
      limit: 12,
      candidates: [
        { type: "model", limit: 100, weight: 2 },
        { type: "embedding" },
        { type: "text" },
        { type: "custom", name: "editors" },
        { type: "popular", within: "7d" },
      ],
      score: { type: "model", timeout: "20ms" },
      decide: {
        policy: { type: "thompson", posterior: { type: "gaussian", mean: "score" } },
        explore: { traffic: 0.2, from: 3 },
        diversity: { lambda: 0.7, similarity: { type: "custom", name: "covers" } },
        rules: {
          filters: [{ not: { attribute: "price", gt: 100 } }],
          exclude: ["x"],
          seen: [{ actions: ["purchase"] }, { actions: ["view"], within: "30d", times: 3 }],
          boosts: [{ name: "fresh", when: { attribute: "released", within: "30d" }, multiply: 1.5 }],
          quotas: [
            { each: "categories", first: 10, atMost: 3 },
            { when: { attribute: "categories", eq: "news" }, first: 5, atLeast: 1 },
          ],
          pins: [{ item: "hero", position: 1 }],
        },
      },
      fallbacks: [{ type: "latest" }],
      experiments: {
        diversity: {
          salt: "2025",
          variants: {
            control: { weight: 3 },
            less: { override: { decide: { diversity: { lambda: 0.9 } } } },
          },
        },
      },
    },
  },
};
