import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { HeedError, nearest } from "../../core/errors.js";
import type { BundleVersion, Override, Registry } from "../registry.js";
import { checksums, copyFolder, writeAtomically } from "./files.js";
import { createTurn } from "./turn.js";

/** Versions that can be rolled back to, one after the other; older ones may be removed. */
const keptForRollback = 5;

/** What is written down of one bundle name. */
interface BundleState {
  next: number;
  current: number | null;
  /** Versions that were current before, the latest last. */
  previous: number[];
  versions: BundleVersion[];
}

export interface FileRegistry extends Registry {
  /** Copies everything, between two changes. */
  copyTo(folder: string): Promise<void>;
}

/** Bundles and overrides as files: a folder a version, and one small file a name that says which of them is current. */
export function createRegistry(folder: string, now: () => number): FileRegistry {
  const turn = createTurn();
  const verified = new Set<string>();

  const bundleFolder = (project: string, name: string) =>
    join(folder, fileName(project), "bundles", fileName(name));
  const statePath = (project: string, name: string) => join(bundleFolder(project, name), "state.json");
  const versionFolder = (project: string, name: string, version: number) =>
    join(bundleFolder(project, name), String(version));
  const overridesPath = (project: string) => join(folder, fileName(project), "overrides.json");

  async function state(project: string, name: string): Promise<BundleState> {
    const empty: BundleState = { next: 1, current: null, previous: [], versions: [] };
    return (await readJson<BundleState>(statePath(project, name))) ?? empty;
  }

  function find({ versions }: BundleState, name: string, version: number): BundleVersion {
    const found = versions.find((each) => each.version === version);
    if (found) return found;
    const known = versions.map((each) => each.version).join(", ");
    throw new HeedError(
      "unknown-version",
      `there is no version ${version} of bundle "${name}"`,
      known === "" ? "put one first" : `its versions are ${known}`,
    );
  }

  async function names(project: string): Promise<string[]> {
    const parent = join(folder, fileName(project), "bundles");
    if (!existsSync(parent)) return [];
    const found = await readdir(parent);
    return found.map(decodeURIComponent).sort();
  }

  return {
    specification: "registry/1",
    put: (project, name, from, about = {}) =>
      turn(async () => {
        const before = await state(project, name);
        const version = before.next;
        const target = versionFolder(project, name, version);
        // What a crash left of an earlier attempt at this version was never written down.
        await rm(target, { recursive: true, force: true });
        const draft = `${target}.draft`;
        await rm(draft, { recursive: true, force: true });
        try {
          await copyFolder(from, draft);
          const made: BundleVersion = {
            name,
            version,
            created: new Date(now()).toISOString(),
            fingerprint: await fingerprint(draft),
            about: JSON.parse(JSON.stringify(about)) as Record<string, unknown>,
          };
          await rename(draft, target);
          const after = { ...before, next: version + 1, versions: [...before.versions, made] };
          await writeJson(statePath(project, name), after);
          return made;
        } catch (error) {
          await rm(draft, { recursive: true, force: true });
          throw error;
        }
      }),
    async fetch(project, name, version) {
      const found = find(await state(project, name), name, version);
      const path = versionFolder(project, name, version);
      if (!verified.has(path)) {
        if (!existsSync(path) || (await fingerprint(path)) !== found.fingerprint) {
          throw new HeedError(
            "damaged",
            `the files of bundle "${name}" version ${version} are not what was put there`,
            "roll back to another version, train again, or restore a backup",
          );
        }
        verified.add(path);
      }
      return path;
    },
    list: async (project, name) => (await state(project, name)).versions,
    names,
    async current(project, name) {
      const found = await state(project, name);
      return found.current === null ? null : find(found, name, found.current);
    },
    promote: (project, name, version) =>
      turn(async () => {
        const before = await state(project, name);
        if (before.versions.length === 0) await unknownName(project, name);
        const promoted = find(before, name, version);
        if (before.current === version) return promoted;
        const previous = before.current === null ? before.previous : [...before.previous, before.current];
        await writeJson(statePath(project, name), {
          ...before,
          current: version,
          previous: previous.slice(-keptForRollback),
        });
        return promoted;
      }),
    rollback: (project, name) =>
      turn(async () => {
        const before = await state(project, name);
        const version = before.previous.at(-1);
        if (version === undefined) {
          throw new HeedError(
            "no-previous",
            `bundle "${name}" has nothing to roll back to`,
            "promote the version you want instead",
          );
        }
        const restored = find(before, name, version);
        await writeJson(statePath(project, name), {
          ...before,
          current: version,
          previous: before.previous.slice(0, -1),
        });
        return restored;
      }),
    remove: (project, name, version) =>
      turn(async () => {
        const before = await state(project, name);
        find(before, name, version);
        if (before.current === version || before.previous.includes(version)) {
          throw new HeedError(
            "in-use",
            `version ${version} of bundle "${name}" serves, or is kept for rollback`,
            "promote another one, or remove one that was never current",
          );
        }
        await writeJson(statePath(project, name), {
          ...before,
          versions: before.versions.filter((each) => each.version !== version),
        });
        verified.delete(versionFolder(project, name, version));
        await rm(versionFolder(project, name, version), { recursive: true, force: true });
      }),
    setOverride: (project, key, value, { ifVersion } = {}) =>
      turn(async () => {
        const all = (await readJson<Override[]>(overridesPath(project))) ?? [];
        const newest = all.filter((each) => each.key === key).at(-1)?.version ?? 0;
        if (ifVersion !== undefined && ifVersion !== newest) {
          throw new HeedError(
            "conflict",
            `override "${key}" is at version ${newest}, not ${ifVersion}: somebody else changed it`,
            "read it again, and apply your change to what it is now",
          );
        }
        const created = new Date(now()).toISOString();
        const made: Override = { key, version: newest + 1, created, value: asJson(key, value) };
        await writeJson(overridesPath(project), [...all, made]);
        return made;
      }),
    async overrides(project) {
      const newest = new Map<string, Override>();
      for (const each of (await readJson<Override[]>(overridesPath(project))) ?? [])
        newest.set(each.key, each);
      return [...newest.values()]
        .filter(({ value }) => value !== null)
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async overrideHistory(project, key) {
      const all = (await readJson<Override[]>(overridesPath(project))) ?? [];
      return all.filter((each) => each.key === key);
    },
    copyTo: (target) =>
      turn(async () => {
        if (existsSync(folder)) await copyFolder(folder, target);
      }),
    close: () => turn(async () => {}),
  };

  async function unknownName(project: string, name: string): Promise<never> {
    const known = await names(project);
    const near = nearest(name, known);
    throw new HeedError(
      "unknown-bundle",
      `there is no bundle "${name}"`,
      near ? `did you mean "${near}"?` : known.length > 0 ? `there are ${known.join(", ")}` : "put one first",
    );
  }
}

async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const [path, sum] of Object.entries(await checksums(folder))) hash.update(`${sum}  ${path}\n`);
  return hash.digest("hex");
}

async function readJson<T>(path: string): Promise<T | null> {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (cause) {
    throw new HeedError("damaged", `${path} cannot be read`, "restore it from a backup", { cause });
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** The value as JSON gives it back. */
function asJson(key: string, value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value ?? null)) as unknown;
  } catch (cause) {
    throw new HeedError("override", `the value of override "${key}" is not JSON`, "give plain JSON", {
      cause,
    });
  }
}

/** A name as the name of a file: nothing in it can leave the folder. */
function fileName(name: string): string {
  const encoded = /[\ud800-\udfff]/u.test(name) ? "" : encodeURIComponent(name).replaceAll(".", "%2E");
  if (encoded === "" || encoded.length > 200) {
    throw new HeedError(
      "name",
      `${JSON.stringify(name.slice(0, 64))} cannot name a bundle or project`,
      "give a name of 1 to 200 letters, digits, dots and dashes",
    );
  }
  return encoded;
}
