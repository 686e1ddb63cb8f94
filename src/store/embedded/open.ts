import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HeedError } from "../../core/errors.js";
import type { EmbeddedStore, OpenOptions } from "../store.js";
import { createAnalytics } from "./analytics.js";
import { compactDatabase, databaseName, writeBackup } from "./backup.js";
import { type Behaviour, createBehaviour } from "./behaviour.js";
import { createCommits } from "./commits.js";
import { type Database, eachChunk, openDatabase, rows } from "./database.js";
import { createEntities } from "./entities.js";
import { createHash } from "./hash.js";
import { createIdWindow, type IdWindow } from "./id-window.js";
import { loadIdentities } from "./identities.js";
import { createLoader } from "./loader.js";
import { lockedError, refuseSecondOpening, releaseOwner, storeOwner, writeOwner } from "./lock.js";
import { createLog, type EmbeddedLog } from "./log.js";
import { createOnline } from "./online.js";
import { rebuild } from "./rebuild.js";
import { createRecent } from "./recent.js";
import { createRegistry } from "./registry.js";
import { meta, prepareSchema } from "./schema.js";
import { fileSize, openSegments } from "./segments.js";
import { loadTombstones } from "./tombstones.js";

const dayMilliseconds = 24 * 60 * 60_000;
/** Entries kept in memory for those who follow the log. */
const recentEntries = 20_000;
const entitiesInMemory = 200_000;

/**
 * Opens the embedded store in a folder: one DuckDB file, write-ahead files of the log beside it, bundles below
 * `registry`. One process owns the folder; a second one gets HeedError "locked". After a crash it opens with every event
 * that was acknowledged.
 */
export async function openStore(folder: string, options: OpenOptions = {}): Promise<EmbeddedStore> {
  const { now = Date.now, queueLimit = 200_000, memoryLimit = "1GB", historyLimit = 100 } = options;
  const onlineBytes = options.onlineBytes ?? 512 << 20;
  mkdirSync(folder, { recursive: true });
  refuseSecondOpening(folder);
  const database = await openOwned(folder, memoryLimit);
  try {
    writeOwner(folder, {});
    await database.maintain((connection) => prepareSchema(connection, database.path));
    const facts = await database.read(meta);
    const segments = openSegments(join(folder, "log"));
    const loader = createLoader(database, segments, Number(facts.loaded));
    await loader.load();
    const identities = await database.read(loadIdentities);
    const tombstones = await database.read((connection) => loadTombstones(connection, facts.seed!));
    const window = await fillWindow(database, options, now());
    const head = loader.loaded;

    const freshBehaviour = () => createBehaviour({ historyLimit, bytes: onlineBytes }, identities);
    const rebuilt = async (position: number): Promise<Behaviour> => {
      const made = freshBehaviour();
      await database.read((connection) => rebuild(connection, made, identities, position));
      return made;
    };
    let behaviour = await rebuilt(head);
    /** What changes while online state is made anew, to be done again to the new one. */
    let meanwhile: ((behaviour: Behaviour) => void)[] | null = null;

    function change(work: (behaviour: Behaviour) => void): void {
      work(behaviour);
      meanwhile?.push(work);
    }

    async function remake(): Promise<void> {
      meanwhile = [];
      try {
        const made = await rebuilt(await log.settle());
        for (const work of meanwhile) work(made);
        behaviour = made;
      } finally {
        meanwhile = null;
      }
    }

    let loadFailures = 0;
    let loading: Promise<unknown> | null = null;
    /** Files that grew full are taken into the database while appends go on. */
    function loadBehind(): void {
      if (loading || !segments.closed().some(({ last }) => last > loader.loaded)) return;
      loading = loader
        .load()
        .catch(() => loadFailures++)
        .finally(() => {
          loading = null;
        });
    }

    const recent = createRecent(recentEntries);
    const commits = createCommits({
      segments,
      window,
      tombstones,
      now,
      head,
      queueLimit,
      backlogLimit: options.backlogBytes ?? 4 * 2 ** 30,
      onCommit(entries) {
        recent.push(entries);
        change((each) => each.apply(entries));
        log.committed();
        loadBehind();
      },
    });
    const log: EmbeddedLog = createLog({
      database,
      segments,
      loader,
      commits,
      recent,
      identities,
      tombstones,
      now,
      onMerge: ({ project, anonymous, user }) => change((each) => each.merge(project, anonymous, user)),
      onErase: (project, erasure) => change((each) => each.forget(project, erasure)),
      onRetain: remake,
    });
    const entities = createEntities(database, entitiesInMemory);
    const online = createOnline({
      behaviour: () => behaviour,
      entities,
      identities,
      database,
      settle: log.settle,
    });
    const registry = createRegistry(join(folder, "registry"), now);

    let closing: Promise<void> | null = null;
    async function close(): Promise<void> {
      await log.close();
      await registry.close();
      await database.close();
      releaseOwner(folder);
    }

    return {
      log,
      online,
      analytics: createAnalytics({ database, identities, settle: log.settle, historyLimit }),
      registry,
      backup: (target) => writeBackup({ database, registry, settle: log.settle, now }, target),
      async compact() {
        await log.settle();
        return compactDatabase(database);
      },
      metrics: () => ({
        log_head: commits.head,
        log_loaded: loader.loaded,
        log_queued: commits.queued,
        log_waiting_bytes: segments.bytes,
        log_load_failures: loadFailures,
        log_recent: recent.size,
        id_window: window.size,
        id_window_bytes: window.bytes,
        tombstones: tombstones.size,
        database_bytes: fileSize(database.path),
        ...behaviour.metrics(),
        ...entities.metrics(),
      }),
      announce: (about) => writeOwner(folder, about),
      close() {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await database.close();
    releaseOwner(folder);
    throw error;
  }
}

async function openOwned(folder: string, memoryLimit: string): Promise<Database> {
  try {
    return await openDatabase(join(folder, databaseName), { memoryLimit });
  } catch (error) {
    const owner = error instanceof HeedError && error.code === "locked" ? storeOwner(folder) : null;
    throw owner ? lockedError(folder, owner) : error;
  }
}

/** The ids of the last hours, read from the log: what is a duplicate after a restart is what was one before. */
async function fillWindow(database: Database, options: OpenOptions, now: number): Promise<IdWindow> {
  const bounds = { ids: 10_000_000, milliseconds: dayMilliseconds, ...options.idWindow };
  const random = randomBytes(8);
  const hash = createHash({ high: random.readUInt32LE(0), low: random.readUInt32LE(4) });
  const window = createIdWindow(bounds, hash);
  await database.read(async (connection) => {
    const since = `received >= ${now - bounds.milliseconds}`;
    const [beyond] = await rows(
      connection,
      `SELECT position FROM events WHERE ${since} ORDER BY position DESC LIMIT 1 OFFSET ${bounds.ids}`,
    );
    await eachChunk(
      connection,
      `SELECT project, id, received::DOUBLE FROM events WHERE ${since} AND position > ${beyond?.[0] ?? 0}`,
      ([projects, ids, times]) => {
        for (let i = 0; i < ids!.length; i++)
          window.claim(String(projects![i]), String(ids![i]), Number(times![i]));
      },
    );
  });
  return window;
}
