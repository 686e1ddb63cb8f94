import { chmodSync, mkdtempSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createKey, listKeys, revokeKey, rotateKey } from "../../../src/serve/http/index.js";
import { keyFile, readKeys } from "../../../src/serve/http/key-file.js";
import { openKeyring } from "../../../src/serve/http/keyring.js";
import { keyKind, newKey } from "../../../src/serve/http/keys.js";

const home = () => mkdtempSync(join(tmpdir(), "heed-keys-"));
const day = 86_400_000;

describe("a key", () => {
  test("has a readable prefix and 256 random bits", () => {
    const keys = Array.from({ length: 1000 }, () => newKey("secret"));
    expect(new Set(keys).size).toBe(1000);
    expect(Buffer.from(keys[0]!.slice("heed_sk_".length), "base64url")).toHaveLength(32);
    expect(keyKind(newKey("publishable"))).toBe("publishable");
    expect(newKey("publishable")).toMatch(/^heed_pk_/);
    for (const text of ["", "heed_sk_", "heed_sk_short", `${keys[0]}x`, `heed_xk_${keys[0]!.slice(8)}`])
      expect(keyKind(text)).toBeNull();
  });

  test("is shown once; what is kept cannot give it back, and only its owner can read it", () => {
    const folder = home();
    const made = createKey(folder, { kind: "secret", label: "shop server" });
    const text = readFileSync(keyFile(folder), "utf8");
    expect(text).not.toContain(made.key.slice(8, -4));
    expect(statSync(keyFile(folder)).mode & 0o777).toBe(0o600);
    expect(listKeys(folder)).toEqual([
      {
        id: made.id,
        kind: "secret",
        project: "default",
        scopes: made.scopes,
        label: "shop server",
        lastFour: made.key.slice(-4),
        created: made.created,
        origins: [],
      },
    ]);
  });

  test("can be revoked, by its id alone, and twice is once", () => {
    const folder = home();
    const { id } = createKey(folder, { kind: "secret" });
    const other = createKey(folder, { kind: "secret" });
    const { revoked } = revokeKey(folder, id);
    expect(revoked).toBeDefined();
    expect(revokeKey(folder, id).revoked).toBe(revoked);
    expect(listKeys(folder).find((key) => key.id === other.id)?.revoked).toBeUndefined();
    expect(() => revokeKey(folder, `${id.slice(0, -1)}x`)).toThrow(`did you mean ${id}?`);
  });

  test("rotates: a new one with the same rights, the old one valid for the grace period and no longer", () => {
    const folder = home();
    const origins = ["https://shop.example"];
    const first = createKey(folder, { kind: "publishable", origins, project: "shop", label: "page" });
    const { made, old } = rotateKey(folder, first.id, 3600);
    expect(made).toMatchObject({ kind: "publishable", project: "shop", label: "page", origins });
    expect(made.id).not.toBe(first.id);
    expect(made.expires).toBeUndefined();
    expect(old.id).toBe(first.id);
    expect(Math.abs(Date.parse(old.expires!) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    const again = rotateKey(folder, first.id, 7 * 86_400); // a longer grace does not prolong it
    expect(again.old.expires).toBe(old.expires);
    revokeKey(folder, first.id);
    expect(() => rotateKey(folder, first.id)).toThrow("no longer valid");
  });

  test("is refused with rights it must not have", () => {
    const folder = home();
    expect(() => createKey(folder, { kind: "publishable", scopes: ["users:read"] })).toThrow(
      "every visitor's browser",
    );
    expect(() => createKey(folder, { kind: "secret", origins: ["https://shop.example"] })).toThrow(
      "no origins",
    );
    expect(() => createKey(folder, { kind: "publishable", origins: ["https://shop.example/"] })).toThrow(
      "origins",
    );
    expect(() => createKey(folder, { kind: "secret", expires: "tomorrow" })).toThrow("expires");
    expect(listKeys(folder)).toEqual([]);
  });
});

describe("the key file", () => {
  test("is refused when others can read it or it is damaged, and is not overwritten", () => {
    const folder = home();
    createKey(folder, { kind: "secret" });
    chmodSync(keyFile(folder), 0o644);
    expect(() => listKeys(folder)).toThrow("chmod 600");
    expect(() => createKey(folder, { kind: "secret" })).toThrow("chmod 600");
    writeFileSync(keyFile(folder), '{"version":1,"keys":[{"id":"');
    chmodSync(keyFile(folder), 0o600);
    expect(() => createKey(folder, { kind: "secret" })).toThrow("damaged");
    expect(readFileSync(keyFile(folder), "utf8")).toBe('{"version":1,"keys":[{"id":"');
  });

  test("is changed by one command at a time; a lock left by a killed one is taken over", () => {
    const folder = home();
    const lock = `${keyFile(folder)}.lock`;
    writeFileSync(lock, "");
    expect(() => createKey(folder, { kind: "secret" })).toThrow("another command");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    createKey(folder, { kind: "secret" });
    expect(readKeys(folder)).toHaveLength(1);
  });
});

describe("a running server's keys", () => {
  test("follow the file within a second", () => {
    const folder = home();
    let time = Date.now();
    const keyring = openKeyring(
      folder,
      () => {},
      () => time,
    );
    expect(keyring.keyed()).toBe(false);
    const { id } = createKey(folder, { kind: "secret" });
    expect(keyring.keyed()).toBe(false);
    time += 1000;
    expect(keyring.keyed()).toBe(true);
    revokeKey(folder, id);
    time += 1000;
    expect(keyring.find(id)?.revoked).toBeDefined();
  });

  test("stay when the file disappears or is damaged: a server with keys never opens itself", () => {
    const folder = home();
    const { id } = createKey(folder, { kind: "secret" });
    let time = Date.now();
    const problems: unknown[] = [];
    const keyring = openKeyring(
      folder,
      (error) => problems.push(error),
      () => time,
    );
    for (const text of ["", "{}", '{"version":1,"keys":[]}']) {
      writeFileSync(keyFile(folder), text);
      time += 1000;
      expect(keyring.keyed()).toBe(true);
      expect(keyring.find(id)).toBeDefined();
    }
    expect(problems).toHaveLength(2); // an empty list is well-formed, and is not followed either
    expect(() => openKeyring(join(folder, "nowhere"), () => {})).not.toThrow();
    writeFileSync(keyFile(folder), "{}");
    expect(() => openKeyring(folder, () => {})).toThrow("damaged");
  });

  test("allow the origins of publishable keys that are valid now, in their own project", () => {
    const folder = home();
    const origins = ["https://shop.example"];
    createKey(folder, {
      kind: "publishable",
      project: "shop",
      origins,
      expires: new Date(Date.now() + day).toISOString(),
    });
    const keyring = openKeyring(folder, () => {});
    const now = Date.now();
    expect(keyring.knowsOrigin("https://shop.example", now)).toBe(true);
    expect(keyring.allowsOrigin("shop", "https://shop.example", now)).toBe(true);
    expect(keyring.allowsOrigin("default", "https://shop.example", now)).toBe(false);
    expect(keyring.knowsOrigin("https://shop.example.evil.example", now)).toBe(false);
    expect(keyring.knowsOrigin("https://shop.example", now + 2 * day)).toBe(false);
  });
});
