import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashKey, newKey, tokenKey } from "../../../src/serve/http/keys.js";
import {
  isSigned,
  lifetime,
  readStatement,
  signStatement,
  signUserToken,
  untimely,
} from "../../../src/serve/http/user-token.js";
import golden from "../../golden/user-token.json" with { type: "json" };

const secret = newKey("secret");

describe("a user token", () => {
  test("agrees with one made by an independent program", () => {
    expect(hashKey(golden.secret)).toBe(golden.hash);
    expect(tokenKey(golden.secret)).toBe(golden.tokenKey);
    expect(signStatement("token", golden.tokenKey, golden.claims)).toBe(golden.token);
    expect(readStatement(golden.token)).toEqual({ kind: "token", claims: golden.claims });
    expect(isSigned(golden.token, golden.tokenKey)).toBe(true);
  });

  test("names its user, project, key and end, and lives for 15 minutes unless told", () => {
    const { claims } = readStatement(signUserToken(secret, { user: "ann", project: "shop" }))!;
    expect(claims).toMatchObject({ user: "ann", project: "shop", key: hashKey(secret).slice(0, 16) });
    expect(claims.expires - claims.issued).toBe(900);
  });

  test("is not made from a publishable key, for nobody, or for longer than a day", () => {
    expect(() => signUserToken(newKey("publishable"), { user: "ann" })).toThrow("not a secret key");
    expect(() => signUserToken(secret, { user: "" })).toThrow("user");
    expect(() => signUserToken(secret, { user: "ann", expiresIn: 86_401 })).toThrow("86401 seconds");
    expect(() => signUserToken(secret, { user: "ann", expiresIn: Number.NaN })).toThrow("NaN seconds");
  });

  test("changed in any character is not signed any more", () => {
    const token = signUserToken(secret, { user: "ann" });
    const last = token.length - 1; // the last character of 256 bits in base64url carries two bits that say nothing
    fc.assert(
      fc.property(fc.nat(last - 1), fc.constantFrom(..."ABCDxyz0189-_."), (position, character) => {
        fc.pre(token[position] !== character);
        const changed = token.slice(0, position) + character + token.slice(position + 1);
        return readStatement(changed) === null || !isSigned(changed, tokenKey(secret));
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  test("has no way to choose an algorithm: what other token formats accept is not even read", () => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = {
      key: hashKey(secret).slice(0, 16),
      project: "default",
      user: "ann",
      issued: 1,
      expires: 2,
    };
    for (const text of [
      `${encode({ alg: "none" })}.${encode(claims)}.`,
      `heed_ut_${encode({ alg: "none", ...claims })}.${"A".repeat(43)}`,
      `heed_ut_${encode(claims)}.`,
      `heed_ut_${encode(claims)}`,
    ])
      expect(readStatement(text)).toBeNull();
  });

  test("is no ticket, and a ticket no token: the prefix is signed too", () => {
    const token = signUserToken(secret, { user: "ann" });
    const ticket = token.replace("heed_ut_", "heed_tk_");
    expect(readStatement(ticket)?.kind).toBe("ticket");
    expect(isSigned(ticket, tokenKey(secret))).toBe(false);
  });

  test("is timely for half a minute beyond its ends, because clocks differ, and no longer", () => {
    const claims = { key: "k", project: "default", user: "ann", ...lifetime(1_000_000_000, 600) };
    const at = (seconds: number) => untimely(claims, 1_000_000_000 + seconds * 1000);
    expect([at(-31), at(-29), at(0), at(629), at(631)]).toEqual([
      "comes from the future",
      null,
      null,
      null,
      "has expired",
    ]);
    expect(untimely({ ...claims, expires: claims.issued + 86_401 }, 1_000_000_000)).toBe(
      "lives longer than a day",
    );
  });
});
