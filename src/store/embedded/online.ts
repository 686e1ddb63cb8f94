import { idsOf, resolveUser } from "../../events/index.js";
import type { Erasure, Merge } from "../event-log.js";
import type { HistoryEntry, OnlineStore } from "../online-store.js";
import { type Behaviour, createUserState, type Kind, type UserState } from "./behaviour.js";
import type { Database } from "./database.js";
import type { Entities } from "./entities.js";
import { type CounterTable, countersOf, createCounters, historyEntries } from "./history.js";
import type { Identities } from "./identities.js";
import { readItem, readUser } from "./reload.js";

export interface OnlineParts {
  /** What is in memory now; another one after a rebuild. */
  behaviour: () => Behaviour;
  entities: Entities;
  identities: Identities;
  database: Database;
  /** Brings the log into the database; resolves with the position it holds. */
  settle: () => Promise<number>;
}

/** Online state in memory; what was given up to stay within its bound is read from the log again when it is asked for. */
export function createOnline(parts: OnlineParts): OnlineStore {
  const { behaviour, entities, identities, database, settle } = parts;
  /** One reading of a state at a time, however many ask for it. */
  const reading = new Map<string, Promise<UserState | CounterTable>>();

  /** `read` answers a state and whether it could be put back; it is asked again until it could. */
  function once<T extends UserState | CounterTable>(
    kind: Kind,
    project: string,
    id: string,
    read: (position: number) => Promise<{ state: T; restored: boolean }>,
  ): Promise<T> {
    const key = `${kind}${project.length}:${project}${id}`;
    const attempt = async (): Promise<T> => {
      behaviour().awaitState(kind, project, id);
      const { state, restored } = await read(await settle());
      return restored ? state : attempt();
    };
    const found =
      reading.get(key) ??
      attempt().finally(() => {
        behaviour().abandon(kind, project, id);
        reading.delete(key);
      });
    reading.set(key, found);
    return found as Promise<T>;
  }

  async function userState(project: string, id: string): Promise<UserState> {
    const user = resolveUser(identities.of(project), id);
    const known = behaviour().user(project, user);
    if (known) return known;
    if (!behaviour().isEvicted("user", project, user)) return createUserState();
    return once("user", project, user, async (position) => {
      const { historyLimit } = behaviour().options;
      const ids = idsOf(identities.of(project), user);
      const state = await database.read((connection) =>
        readUser(connection, project, ids, position, historyLimit),
      );
      return { state, restored: behaviour().restoreUser(project, user, state, position) };
    });
  }

  async function itemCounters(project: string, item: string): Promise<CounterTable> {
    const known = behaviour().item(project, item);
    if (known) return known;
    if (!behaviour().isEvicted("item", project, item)) return createCounters();
    return once("item", project, item, async (position) => {
      const state = await database.read((connection) => readItem(connection, project, item, position));
      return { state, restored: behaviour().restoreItem(project, item, state, position) };
    });
  }

  return {
    specification: "online-store/1",
    async apply(entries) {
      behaviour().apply(entries);
    },
    position: async () => behaviour().position,
    async history(project, user, options) {
      const { acts } = await userState(project, user);
      return historyEntries(acts, behaviour().options.historyLimit, options);
    },
    async shown(project, user, limit): Promise<HistoryEntry[]> {
      const { shown } = await userState(project, user);
      const { historyLimit } = behaviour().options;
      return shown ? historyEntries(shown, historyLimit, limit === undefined ? {} : { limit }) : [];
    },
    async counters(project, kind, ids) {
      const tables = ids.map((id) => {
        // Most are in memory: no promise is made for those.
        if (kind === "item") return behaviour().item(project, id) ?? itemCounters(project, id);
        return (
          behaviour().user(project, id)?.counters ?? userState(project, id).then(({ counters }) => counters)
        );
      });
      return (await Promise.all(tables)).map(countersOf);
    },
    async merge({ project, anonymous, user, position }: Merge) {
      const identity = identities.of(project);
      identities.add({ project, anonymous, user, position });
      const final = resolveUser(identity, user);
      // A merge that the log refused joins nobody here either.
      if (resolveUser(identity, anonymous) === final) behaviour().merge(project, anonymous, final);
    },
    resolve: async (project, user) => resolveUser(identities.of(project), user),
    async erase(project: string, erasure: Erasure) {
      behaviour().forget(project, erasure);
      await entities.delete(project, "user", erasure.users);
    },
    put: entities.put,
    get: entities.get,
    list: entities.list,
    delete: entities.delete,
    revision: entities.revision,
    close: async () => {},
  };
}
