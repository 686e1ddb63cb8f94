import { type DuckDBConnection, type DuckDBValue, listValue } from "@duckdb/node-api";
import { HeedError } from "../../core/errors.js";
import { idsOf, mergeProblem, removePerson, resolveUser } from "../../events/index.js";
import type { Erasure, EventLog, FindOptions, LogEntry, Merge, ReadOptions } from "../event-log.js";
import { type Commits, closedError } from "./commits.js";
import { type Database, rows } from "./database.js";
import type { Identities } from "./identities.js";
import type { Loader } from "./loader.js";
import type { Recent } from "./recent.js";
import { entryOf, entrySelect, mergeLine } from "./record.js";
import type { Segments } from "./segments.js";
import type { Tombstones } from "./tombstones.js";
import { createTurn } from "./turn.js";

export interface LogParts {
  database: Database;
  segments: Segments;
  loader: Loader;
  commits: Commits;
  recent: Recent;
  identities: Identities;
  tombstones: Tombstones;
  now: () => number;
  onMerge: (merge: Merge) => void;
  onErase: (project: string, erasure: Erasure) => void;
  /** Events were deleted by age: what was made from them is to be made again. */
  onRetain: () => Promise<void>;
}

export interface EmbeddedLog extends EventLog {
  /** Brings everything that was committed before the call into the database; resolves with the position it holds. */
  settle(): Promise<number>;
  /** Wakes those who follow: something was committed. */
  committed(): void;
}

/** The event log over write-ahead files and a database that takes them in when somebody asks, or when they grow. */
export function createLog(parts: LogParts): EmbeddedLog {
  const { database, segments, loader, commits, recent, identities, tombstones } = parts;
  let wake: () => void = () => {};
  let nextCommit = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let closed = false;
  /** Erasures and retention, one at a time: what is made from the log must not lose events half-way. */
  const deleting = createTurn();

  function committed(): void {
    wake();
    nextCommit = new Promise((resolve) => {
      wake = resolve;
    });
  }

  async function settle(): Promise<number> {
    if (loader.loaded < commits.head) await commits.alone(() => segments.rotate());
    return loader.load();
  }

  async function read({ project, after, limit = 1_000 }: ReadOptions): Promise<LogEntry[]> {
    if (closed) throw closedError();
    if (after >= commits.head) return [];
    const here = recent.after(after, limit, project);
    if (here) return here;
    const loaded = await settle();
    // The table lies in order of position: a bounded range is read without sorting everything behind it.
    for (let span = Math.max(limit * 2, 4_096); ; span *= 8) {
      const upTo = Math.min(after + span, loaded);
      const found = await database.read((connection) =>
        selectEntries(
          connection,
          `position > $after AND position <= $upTo ${project === undefined ? "" : "AND project = $project"}
           ORDER BY position LIMIT ${Math.trunc(limit)}`,
          { after, upTo, ...(project === undefined ? {} : { project }) },
        ),
      );
      if (found.length === limit || upTo >= loaded) return found;
    }
  }

  async function find(project: string, options: FindOptions): Promise<LogEntry[]> {
    if (closed) throw closedError();
    const { actions, limit = 1_000 } = options;
    if (actions?.length === 0) return [];
    await settle();
    const values: Record<string, DuckDBValue> = { project };
    let condition = "project = $project";
    if ("user" in options) {
      const users = idsOf(identities.of(project), options.user);
      condition += users.length === 1 ? " AND user_id = $user" : " AND list_contains($users, user_id)";
      Object.assign(values, users.length === 1 ? { user: users[0]! } : { users: listValue([...users]) });
    } else if ("slate" in options) {
      condition += " AND slate = $slate";
      values.slate = options.slate;
    } else {
      condition += " AND item = $item";
      values.item = options.item;
    }
    if (actions) {
      condition += " AND list_contains($actions, action)";
      values.actions = listValue([...actions]);
    }
    const newest = Number.isFinite(limit) ? ` LIMIT ${Math.trunc(limit)}` : "";
    const found = await database.read((connection) =>
      selectEntries(connection, `${condition} ORDER BY happened DESC, position DESC${newest}`, values),
    );
    return found.reverse();
  }

  async function* follow(options: ReadOptions & { signal?: AbortSignal }): AsyncGenerator<LogEntry[]> {
    let after = options.after;
    const leave = recent.open(commits.head);
    options.signal?.addEventListener("abort", committed, { once: true });
    try {
      while (!closed && !options.signal?.aborted) {
        const next = nextCommit;
        const head = commits.head;
        const entries = await read({ ...options, after });
        if (entries.length > 0) {
          yield entries;
          after = entries.at(-1)!.position;
        } else if (after < head) after = head;
        else await next;
      }
    } catch (error) {
      if (!closed) throw error;
    } finally {
      leave();
      options.signal?.removeEventListener("abort", committed);
    }
  }

  async function merge(project: string, anonymous: string, user: string): Promise<Merge> {
    return commits.alone(async () => {
      const identity = identities.of(project);
      const problem = mergeProblem(identity, anonymous, user);
      if (problem === "known") {
        const link = identity.links.find((each) => each.anonymous === anonymous)!;
        return { project, ...link };
      }
      if (problem !== null) {
        throw new HeedError(
          "merge",
          `${problem}: nothing was merged`,
          "merge an anonymous id once, into the user it turned out to be",
        );
      }
      const position = commits.head + 1;
      const made: Merge = { project, anonymous, user: resolveUser(identity, user), position };
      await segments.append({ lines: [mergeLine(made)], merges: 1, first: position, last: position });
      commits.head = position;
      identities.add(made);
      parts.onMerge(made);
      committed();
      return made;
    });
  }

  async function eraseNow(project: string, user: string): Promise<Erasure> {
    // Most of the loading happens before appends have to wait.
    await settle();
    const erasure = await commits.alone(async () => {
      await segments.rotate();
      await loader.load();
      const users = [...idsOf(identities.of(project), user)];
      const erased = parts.now();
      const entries = await database.write(async (connection) => {
        const values = { project, users: listValue(users) };
        const theirs = "project = $project AND list_contains($users, user_id)";
        const found = await selectEntries(connection, `${theirs} ORDER BY position`, values);
        await connection.run(`DELETE FROM events WHERE ${theirs}`, values);
        await connection.run(
          "DELETE FROM merges WHERE project = $project AND list_contains($users, anonymous)",
          values,
        );
        for (const row of tombstones.rows(project, users, erased))
          await connection.run("INSERT INTO tombstones VALUES ($1, $2, $3)", row);
        return found;
      });
      tombstones.add(project, users, erased);
      removePerson(identities.of(project), user);
      const gone = new Set(users);
      recent.remove(({ event }) => event.project === project && gone.has(event.user));
      const made: Erasure = { users, entries };
      parts.onErase(project, made);
      return made;
    });
    // The files still have the events; after this they are nowhere.
    await loader.checkpoint().catch(() => {});
    return erasure;
  }

  async function retainNow(before: number, project?: string): Promise<number> {
    await settle();
    const count = await database.write(async (connection) => {
      const result = await connection.run(
        `DELETE FROM events WHERE happened < $before ${project === undefined ? "" : "AND project = $project"}`,
        { before, ...(project === undefined ? {} : { project }) },
      );
      return result.rowsChanged;
    });
    recent.remove(({ at, event }) => at < before && (project === undefined || event.project === project));
    await loader.checkpoint().catch(() => {});
    if (count > 0) await parts.onRetain();
    return count;
  }

  return {
    specification: "event-log/1",
    append: commits.append,
    read,
    follow,
    find,
    head: async () => commits.head,
    merge,
    merges: async (project) => identities.merges(project),
    erase: (project, user) => deleting(() => eraseNow(project, user)),
    retain: (before, project) => deleting(() => retainNow(before, project)),
    settle,
    committed,
    async close() {
      if (closed) return;
      closed = true;
      committed();
      await commits.close();
      await segments.rotate();
      // What cannot be loaded now (a full disk) stays in the files and is loaded at the next start.
      await loader.load().catch(() => {});
      await loader.checkpoint().catch(() => {});
      await segments.close();
    },
  };
}

async function selectEntries(
  connection: DuckDBConnection,
  condition: string,
  values: Record<string, DuckDBValue>,
): Promise<LogEntry[]> {
  return (await rows(connection, `SELECT ${entrySelect} FROM events WHERE ${condition}`, values)).map(
    entryOf,
  );
}
