import { statSync } from "node:fs";
import { type KeyRecord, keyFile, readKeys } from "./key-file.js";

/** The keys a running server honours. */
export interface Keyring {
  /** Whether there are keys. Once there were, requests without one stay refused, even if the file disappears. */
  keyed(): boolean;
  find(id: string): KeyRecord | undefined;
  /** Whether a page of this origin may use any key that is valid now. */
  knowsOrigin(origin: string, now: number): boolean;
  /** Whether a page of this origin may use a publishable key of the project that is valid now. */
  allowsOrigin(project: string, origin: string, now: number): boolean;
}

const checkEvery = 1000;

/**
 * Reads the keys of a home folder and follows changes within a second. A file that is damaged while the server runs changes
 * nothing: the keys that were read last stay, and `onProblem` is told.
 */
export function openKeyring(
  home: string | undefined,
  onProblem: (error: unknown) => void,
  now: () => number = Date.now,
): Keyring {
  let keys = new Map<string, KeyRecord>();
  let everKeyed = false;
  let version = "";
  let checked = 0;

  function follow(): Map<string, KeyRecord> {
    const time = now();
    if (home === undefined || time - checked < checkEvery) return keys;
    checked = time;
    const seen = fileVersion(home);
    if (seen === version) return keys;
    version = seen;
    try {
      take(home);
    } catch (error) {
      onProblem(error);
    }
    return keys;
  }

  function take(folder: string): void {
    const read = readKeys(folder);
    if (read.length === 0 && everKeyed) return;
    keys = new Map(read.map((key) => [key.id, key]));
    everKeyed = keys.size > 0;
  }

  function pageKeys(time: number, origin: string): KeyRecord[] {
    return [...follow().values()].filter(
      (key) =>
        key.kind === "publishable" &&
        isValid(key, time) &&
        (key.origins.includes(origin) || key.origins.includes("*")),
    );
  }

  if (home !== undefined) {
    version = fileVersion(home);
    take(home); // at the start a damaged file is an error: the server must not open itself to everybody
    checked = now();
  }
  return {
    keyed: () => follow().size > 0,
    find: (id) => follow().get(id),
    knowsOrigin: (origin, time) => pageKeys(time, origin).length > 0,
    allowsOrigin: (project, origin, time) => pageKeys(time, origin).some((key) => key.project === project),
  };
}

/** Whether a key may be used at `now` (milliseconds). */
export function isValid(key: KeyRecord, now: number): boolean {
  return !key.revoked && !(key.expires && Date.parse(key.expires) <= now);
}

function fileVersion(home: string): string {
  const stat = statSync(keyFile(home), { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size}` : "";
}
