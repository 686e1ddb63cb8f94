import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addLink,
  createIdentity,
  type IdentityLink,
  identityPairs,
  idsOf,
  idsPerUser,
  mergeProblem,
  removePerson,
  resolveUser,
} from "../../src/events/index.js";

const links = (...pairs: [string, string][]): IdentityLink[] =>
  pairs.map(([anonymous, user], i) => ({ anonymous, user, position: 10 * (i + 1) }));

describe("identity", () => {
  test("follows chains to the final user, in whatever order they were made", () => {
    for (const made of [links(["a", "b"], ["b", "c"]), links(["b", "c"], ["a", "b"])]) {
      const identity = createIdentity(made);
      for (const id of ["a", "b", "c"]) {
        expect(resolveUser(identity, id)).toBe("c");
        expect([...idsOf(identity, id)].sort()).toEqual(["a", "b", "c"]);
      }
      expect(idsOf(identity, "a")[0]).toBe("c");
    }
    expect(resolveUser(createIdentity(), "x")).toBe("x");
    expect(idsOf(createIdentity(), "x")).toEqual(["x"]);
  });

  test("says why a merge is refused", () => {
    const identity = createIdentity(links(["a", "b"], ["b", "c"]));
    expect(mergeProblem(identity, "a", "c")).toBe("known");
    expect(mergeProblem(identity, "a", "b")).toBe("known");
    expect(mergeProblem(identity, "c", "a")).toMatch(/"a" was merged into "c"/);
    expect(mergeProblem(identity, "a", "d")).toMatch(/already belongs to "c"/);
    expect(mergeProblem(identity, "d", "d")).toMatch(/same id/);
    expect(mergeProblem(identity, "d", "a")).toBeNull();
  });

  test("bounds the ids of one user", () => {
    const identity = createIdentity();
    for (let i = 1; i < idsPerUser; i++) addLink(identity, { anonymous: `a${i}`, user: "u", position: i });
    expect(idsOf(identity, "u")).toHaveLength(idsPerUser);
    expect(mergeProblem(identity, "one more", "u")).toMatch(/limit/);
  });

  test("forgets a person with all their ids", () => {
    const identity = createIdentity(links(["a", "b"], ["x", "y"]));
    removePerson(identity, "a");
    expect([resolveUser(identity, "a"), resolveUser(identity, "x")]).toEqual(["a", "y"]);
    expect(identity.links.map(({ anonymous }) => anonymous)).toEqual(["x"]);
  });

  test("knows from when two ids were the same", () => {
    const pairs = identityPairs(links(["a", "b"], ["x", "y"], ["b", "y"]));
    const since = (user: string, past: string) =>
      pairs.filter((pair) => pair.user === user && pair.past === past).map((pair) => pair.since);
    expect(since("a", "b")).toEqual([10]);
    expect(since("b", "a")).toEqual([10]);
    expect(since("x", "y")).toEqual([20]);
    expect(since("a", "x")).toEqual([30]);
    expect(since("y", "a")).toEqual([30]);
    expect(since("a", "a")).toEqual([]);
  });

  test("never has a circle, and agrees with following the links one by one", () => {
    const id = fc.constantFrom("a", "b", "c", "d", "e");
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id), { maxLength: 12 }), (tried) => {
        const identity = createIdentity();
        const parents = new Map<string, string>();
        tried.forEach(([anonymous, user], i) => {
          if (mergeProblem(identity, anonymous, user) === null) parents.set(anonymous, user);
          addLink(identity, { anonymous, user, position: i + 1 });
        });
        for (const start of ["a", "b", "c", "d", "e"]) {
          let end = start;
          for (let steps = 0; parents.has(end); steps++) {
            expect(steps).toBeLessThan(6);
            end = parents.get(end)!;
          }
          expect(resolveUser(identity, start)).toBe(end);
          expect(idsOf(identity, start)).toContain(start);
        }
      }),
    );
  });
});
