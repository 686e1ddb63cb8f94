import type { DuckDBConnection } from "@duckdb/node-api";
import { rows } from "./database.js";
import { createHash } from "./hash.js";

/** Events that happened until so long after an erasure, in milliseconds, count as late arrivals from before it. */
export const erasureGrace = 5 * 60_000;

/** Who was erased and when, by digest: the ids themselves are forgotten. */
export interface Tombstones {
  /** Whether an event of this user that happened at `at` comes from before their erasure. */
  refuses(project: string, user: string, at: number): boolean;
  /** The rows to store for users erased at a time. */
  rows(project: string, users: readonly string[], erased: number): [string, string, bigint][];
  add(project: string, users: readonly string[], erased: number): void;
  readonly size: number;
}

export async function loadTombstones(connection: DuckDBConnection, seed: string): Promise<Tombstones> {
  const hash = createHash(seedOf(seed));
  const projects = new Map<string, Map<string, number>>();
  let size = 0;

  function digest(project: string, user: string): string {
    hash.of(project, user);
    return hash.high.toString(16).padStart(8, "0") + hash.low.toString(16).padStart(8, "0");
  }

  function remember(project: string, key: string, erased: number): void {
    const known = projects.get(project) ?? new Map<string, number>();
    projects.set(project, known);
    if (!known.has(key)) size++;
    known.set(key, Math.max(erased, known.get(key) ?? erased));
  }

  for (const [project, key, erased] of await rows(
    connection,
    "SELECT project, digest, erased FROM tombstones",
  ))
    remember(String(project), String(key), Number(erased));

  return {
    refuses(project, user, at) {
      const known = projects.get(project);
      if (!known) return false;
      const erased = known.get(digest(project, user));
      return erased !== undefined && at <= erased + erasureGrace;
    },
    rows: (project, users, erased) => users.map((user) => [project, digest(project, user), BigInt(erased)]),
    add(project, users, erased) {
      for (const user of users) remember(project, digest(project, user), erased);
    },
    get size() {
      return size;
    },
  };
}

/** Sixteen hexadecimal digits as two halves. */
function seedOf(text: string): { high: number; low: number } {
  return { high: Number.parseInt(text.slice(0, 8), 16), low: Number.parseInt(text.slice(8), 16) };
}
