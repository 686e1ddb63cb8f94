import { describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { choose } from "../../../src/serve/training/choose.js";
import type { Judged } from "../../../src/serve/training/request.js";

/** A model whose figures on validation are those of `base`, moved by `by`; on test it is perfect, which must not count. */
function judged(model: string, base: Float64Array, by: number, trained = false): Judged {
  return {
    model,
    bundle: model,
    trained,
    outOfTime: false,
    seconds: 1,
    judging: 0.1,
    validation: base.map((value) => value + by),
    test: base.map(() => (trained ? 1 : 0)),
    testHits: base.map(() => (trained ? 1 : 0)),
  };
}
const people = (count: number) => {
  const draw = random(5, "choose");
  return Float64Array.from({ length: count }, () => draw.uniform());
};

/** The same mean up to `by`, but people are better and worse off by much more than that. */
function noisy(model: string, base: Float64Array, by: number): Judged {
  const entry = judged(model, base, by, true);
  const draw = random(6, "noise");
  const noise = base.map(() => draw.normal());
  const centre = noise.reduce((a, b) => a + b, 0) / noise.length;
  return { ...entry, validation: entry.validation.map((value, i) => value + noise[i]! - centre) };
}

describe("the choice of what serves", () => {
  const base = people(400);
  const popular = judged("popular", base, 0);
  const knn = judged("item-knn", base, 0.1);

  test("is the best mean of the counted models, to which all are compared with intervals", () => {
    const { chosen, is } = choose([popular, knn], 1);
    expect(chosen).toBe(knn);
    expect(is).toMatch(
      /^best on validation \(NDCG@10 [\d.]+ \[[\d.]+, [\d.]+\]; beats popular [\d.]+, difference 0\.1000 \[/,
    );
  });

  test("is a trained model only where it is better by more than chance gives, whatever it does on test", () => {
    expect(choose([popular, knn, judged("sasrec", base, 0.2, true)], 1).chosen.model).toBe("sasrec");
    const { chosen, is } = choose([popular, knn, noisy("sasrec", base, 0.11)], 1);
    expect(chosen).toBe(knn);
    expect(is).toMatch(/is cheaper, and not significantly worse than sasrec/);
    expect(choose([popular, knn, judged("sasrec", base, 0.05, true)], 1).chosen).toBe(knn);
  });

  test("takes a dearer one only over the one that led before it, in their order", () => {
    const cheap = judged("cheap", base, 0.3, true);
    expect(choose([popular, knn, cheap, noisy("dear", base, 0.31)], 1).chosen).toBe(cheap);
    expect(choose([popular, knn, cheap, judged("dear", base, 0.4, true)], 1).chosen.model).toBe("dear");
  });

  test("is by the mean alone with too few people to tell", () => {
    const few = people(20);
    expect(choose([judged("popular", few, 0), noisy("sasrec", few, 0.01)], 1).chosen.model).toBe("sasrec");
  });
});
