import { randomBytes } from "node:crypto";
import { type Identity, resolveUser } from "../../events/index.js";
import type { Erasure, LogEntry } from "../event-log.js";
import { type ClockMap, createClockMap } from "./clock-map.js";
import { createHash } from "./hash.js";
import {
  addToHistory,
  type CounterTable,
  count,
  createCounters,
  createHistory,
  type History,
  historyLength,
} from "./history.js";
import { createIdWindow, type IdWindow } from "./id-window.js";
import type { Identities } from "./identities.js";

/** What is kept of one user. */
export interface UserState {
  acts: History;
  /** Null as long as nothing was shown. */
  shown: History | null;
  counters: CounterTable;
  used: boolean;
}

export type Kind = "user" | "item";

export interface BehaviourOptions {
  /** Acts and shown items kept a user. */
  historyLimit: number;
  /** Estimated bytes beyond which what nobody used for a while is given up. */
  bytes: number;
}

/**
 * The recent past in memory, made from log entries. What is given up to stay within its bound is remembered by hash, so
 * that a reader can tell "nothing known" from "to be read from the log again" (`isEvicted`).
 */
export interface Behaviour {
  readonly options: BehaviourOptions;
  /** Takes in entries, in order of position, whose position is above `position`. */
  apply(entries: readonly LogEntry[]): void;
  /** Joins the state of an id that was merged into a user. */
  merge(project: string, anonymous: string, user: string): void;
  /** Takes an erasure back out of what is kept; the same one again changes nothing. */
  forget(project: string, erasure: Erasure): void;
  user(project: string, user: string): UserState | undefined;
  item(project: string, item: string): CounterTable | undefined;
  isEvicted(kind: Kind, project: string, id: string): boolean;
  /** Entries that concern `id` from now on are kept aside until its state is put back. */
  awaitState(kind: Kind, project: string, id: string): void;
  /**
   * Puts back a state read from the log up to `position`, and applies what came after it. False when a merge or an
   * erasure made it wrong meanwhile: it is to be read again.
   */
  restoreUser(project: string, user: string, state: UserState, position: number): boolean;
  restoreItem(project: string, item: string, counters: CounterTable, position: number): boolean;
  /** Stops waiting: the state could not be read. */
  abandon(kind: Kind, project: string, id: string): void;
  /** Takes over a state made from the whole log. */
  adoptUser(project: string, user: string, state: UserState): void;
  adoptItem(project: string, item: string, counters: CounterTable): void;
  markEvicted(kind: Kind, project: string, id: string): void;
  position: number;
  metrics(): Record<string, number>;
}

interface ItemState {
  /** The one copy of the item's id that histories refer to. */
  name: string;
  counters: CounterTable;
  used: boolean;
}

interface ProjectState {
  identity: Identity;
  users: ClockMap<UserState>;
  items: ClockMap<ItemState>;
  bytes: number;
}

/** Names of actions kept once; those of an attacker who makes up more are kept as they come. */
const actionNames = 10_000;

/** Rough sizes in V8, for the bound: an object with its arrays and map entry, and one act in flat arrays. */
export const userBytes = 700;
export const itemBytes = 400;
export const actBytes = 48;

export function createBehaviour(options: BehaviourOptions, identities: Identities): Behaviour {
  const projects = new Map<string, ProjectState>();
  const evicted: Record<Kind, IdWindow> = { user: evictions(), item: evictions() };
  const awaited = new Map<string, LogEntry[]>();
  const actions = new Map<string, string>();
  const forgotten = new WeakSet<Erasure>();
  let evictionCount = { user: 0, item: 0 };

  function projectState(project: string): ProjectState {
    const known = projects.get(project);
    if (known) return known;
    const state: ProjectState = {
      identity: identities.of(project),
      users: createClockMap(),
      items: createClockMap(),
      bytes: 0,
    };
    projects.set(project, state);
    return state;
  }

  function isEvicted(kind: Kind, project: string, id: string): boolean {
    return evicted[kind].size > 0 && evicted[kind].has(project, id, 0);
  }

  /** The state to write to; undefined when it must be read from the log first. */
  function writableUser(state: ProjectState, project: string, user: string): UserState | undefined {
    const known = state.users.get(user);
    if (known || isEvicted("user", project, user)) return known;
    const created = createUserState();
    state.users.set(user, created);
    state.bytes += userBytes;
    return created;
  }

  function writableItem(state: ProjectState, project: string, item: string): ItemState | undefined {
    const known = state.items.get(item);
    if (known || isEvicted("item", project, item)) return known;
    const created = { name: item, counters: createCounters(), used: true };
    state.items.set(item, created);
    state.bytes += itemBytes;
    return created;
  }

  function canonicalAction(action: string): string {
    const known = actions.get(action);
    if (known !== undefined) return known;
    if (actions.size < actionNames) actions.set(action, action);
    return action;
  }

  function applyOne(entry: LogEntry): void {
    const { event } = entry;
    const { project } = event;
    const state = projectState(project);
    const action = canonicalAction(event.action);
    const names = itemsOf(entry).map((item) => {
      const known = writableItem(state, project, item);
      if (known) addToItem(known.counters, entry, action);
      else awaited.get(awaitKey("item", project, item))?.push(entry);
      return known?.name ?? item;
    });
    const id = resolveUser(state.identity, event.user);
    const user = writableUser(state, project, id);
    if (user) state.bytes += addToUser(user, options.historyLimit, entry, action, names) * actBytes;
    else awaited.get(awaitKey("user", project, id))?.push(entry);
  }

  function evict(): void {
    let total = 0;
    for (const { bytes } of projects.values()) total += bytes;
    while (total > options.bytes) {
      // The project that holds most gives way, so that nobody pushes out somebody else's users.
      let [name, state] = ["", undefined as ProjectState | undefined];
      for (const each of projects) if (!state || each[1].bytes > state.bytes) [name, state] = each;
      if (!state) return;
      const kind: Kind = state.users.size * 2 >= state.items.size ? "user" : "item";
      const freed = kind === "user" ? evictUser(name, state) : evictItem(name, state);
      if (freed === 0) return;
      state.bytes -= freed;
      total -= freed;
    }
  }

  function evictUser(project: string, state: ProjectState): number {
    const found = state.users.evict();
    if (!found) return 0;
    noteEviction("user", project, found[0]);
    return userSize(found[1]);
  }

  function evictItem(project: string, state: ProjectState): number {
    const found = state.items.evict();
    if (!found) return 0;
    noteEviction("item", project, found[0]);
    return itemBytes;
  }

  function noteEviction(kind: Kind, project: string, id: string): void {
    evictionCount = { ...evictionCount, [kind]: evictionCount[kind] + 1 };
    evicted[kind].claim(project, id, 0);
  }

  function dropUser(project: string, user: string): void {
    const state = projectState(project);
    const known = state.users.get(user);
    if (!known) return;
    state.users.delete(user);
    state.bytes -= userSize(known);
  }

  const self: Behaviour = {
    options,
    position: 0,
    apply(entries) {
      for (const entry of entries) {
        if (entry.position <= self.position) continue;
        self.position = entry.position;
        applyOne(entry);
      }
      evict();
    },
    merge(project, anonymous, user) {
      const state = projectState(project);
      const from = state.users.get(anonymous);
      const into = state.users.get(user);
      const incomplete =
        (!from && isEvicted("user", project, anonymous)) || (!into && isEvicted("user", project, user));
      dropUser(project, anonymous);
      for (const id of [anonymous, user]) awaited.delete(awaitKey("user", project, id));
      if (incomplete) {
        // Half of it is in the log alone: the whole is read from there when somebody asks.
        dropUser(project, user);
        noteEviction("user", project, user);
      } else if (from) {
        const joined = into ?? createUserState();
        if (!into) {
          state.users.set(user, joined);
          state.bytes += userBytes;
        }
        state.bytes += joinUsers(joined, from, options.historyLimit) * actBytes;
      }
    },
    forget(project, erasure) {
      if (forgotten.has(erasure)) return;
      forgotten.add(erasure);
      const { users, entries } = erasure;
      for (const user of users) {
        dropUser(project, user);
        awaited.delete(awaitKey("user", project, user));
      }
      const state = projectState(project);
      for (const entry of entries) {
        for (const item of itemsOf(entry)) {
          awaited.delete(awaitKey("item", project, item));
          const known = state.items.get(item);
          if (known) count(known.counters, entry.event.action, -1, -(entry.event.value ?? 0), Number.NaN);
        }
      }
    },
    user: (project, user) => projects.get(project)?.users.get(user),
    item: (project, item) => projects.get(project)?.items.get(item)?.counters,
    isEvicted,
    awaitState(kind, project, id) {
      awaited.set(awaitKey(kind, project, id), []);
    },
    restoreUser(project, user, restored, position) {
      const key = awaitKey("user", project, user);
      const later = awaited.get(key);
      if (!later) return false;
      awaited.delete(key);
      for (const entry of later)
        if (entry.position > position)
          addToUser(restored, options.historyLimit, entry, entry.event.action, itemsOf(entry));
      self.adoptUser(project, user, restored);
      return true;
    },
    restoreItem(project, item, restored, position) {
      const key = awaitKey("item", project, item);
      const later = awaited.get(key);
      if (!later) return false;
      awaited.delete(key);
      for (const entry of later)
        if (entry.position > position) addToItem(restored, entry, entry.event.action);
      self.adoptItem(project, item, restored);
      return true;
    },
    abandon(kind, project, id) {
      awaited.delete(awaitKey(kind, project, id));
    },
    adoptUser(project, user, state) {
      dropUser(project, user);
      const held = projectState(project);
      held.users.set(user, state);
      held.bytes += userSize(state);
      evict();
    },
    adoptItem(project, item, counters) {
      const held = projectState(project);
      if (!held.items.get(item)) held.bytes += itemBytes;
      held.items.set(item, { name: item, counters, used: true });
      evict();
    },
    markEvicted: noteEviction,
    metrics() {
      const metrics = { online_users: 0, online_items: 0, online_bytes: 0 };
      for (const { users, items, bytes } of projects.values()) {
        metrics.online_users += users.size;
        metrics.online_items += items.size;
        metrics.online_bytes += bytes;
      }
      return {
        ...metrics,
        online_evicted_users: evictionCount.user,
        online_evicted_items: evictionCount.item,
      };
    },
  };
  return self;
}

export function createUserState(): UserState {
  return { acts: createHistory(), shown: null, counters: createCounters(), used: true };
}

/** What the user was shown, made when it is first written to. */
export function shownTo(user: UserState): History {
  user.shown ??= createHistory();
  return user.shown;
}

/**
 * Adds an event to a user's state; returns by how many acts it grew. `action` and `items` are the event's, as the copies
 * of their names that are to be kept.
 */
function addToUser(
  user: UserState,
  limit: number,
  { position, at, event }: LogEntry,
  action: string,
  items: readonly string[],
): number {
  const value = event.value ?? Number.NaN;
  count(user.counters, action, 1, event.value ?? 0, at);
  if (action === "impression") {
    let grown = 0;
    for (const item of items) grown += addToHistory(shownTo(user), limit, position, at, value, action, item);
    return grown;
  }
  // An act that lists items besides is about the one it names.
  const item = event.items ? event.item : items[0];
  return addToHistory(user.acts, limit, position, at, value, action, item ?? null);
}

function addToItem(counters: CounterTable, { at, event }: LogEntry, action: string): void {
  count(counters, action, 1, event.value ?? 0, at);
}

/** The items an event counts for: every item of a slate, or the one it names. */
function itemsOf({ event }: LogEntry): readonly string[] {
  if (event.items) return event.items.map(({ item }) => item);
  return event.item === undefined ? [] : [event.item];
}

function joinUsers(into: UserState, from: UserState, limit: number): number {
  const { actions, numbers } = from.counters;
  for (let i = 0; i < actions.length; i++)
    count(into.counters, actions[i]!, numbers[i * 3]!, numbers[i * 3 + 1]!, numbers[i * 3 + 2]!);
  const grown = joinHistories(into.acts, from.acts, limit);
  return from.shown ? grown + joinHistories(shownTo(into), from.shown, limit) : grown;
}

function joinHistories(into: History, from: History, limit: number): number {
  let grown = 0;
  const { numbers, names } = from;
  for (let i = 0; i < historyLength(from); i++) {
    const [position, at, value] = [numbers[i * 3]!, numbers[i * 3 + 1]!, numbers[i * 3 + 2]!];
    grown += addToHistory(into, limit, position, at, value, names[i * 2]!, names[i * 2 + 1]!);
  }
  return grown;
}

function userSize({ acts, shown }: UserState): number {
  return userBytes + (historyLength(acts) + (shown ? historyLength(shown) : 0)) * actBytes;
}

/** Who was given up: the newest 10 M at least; beyond that an old user's past reads as empty until they return. */
function evictions(): IdWindow {
  const random = randomBytes(8);
  const hash = createHash({ high: random.readUInt32LE(0), low: random.readUInt32LE(4) });
  return createIdWindow({ ids: 10_000_000, milliseconds: Number.POSITIVE_INFINITY }, hash);
}

function awaitKey(kind: Kind, project: string, id: string): string {
  return `${kind}${project.length}:${project}${id}`;
}
