import type { Entity } from "../online-store.js";
import { createClockMap } from "./clock-map.js";

/** The entities in use in memory, and of which kinds all are there. */
export interface EntityCache {
  /** Null for an id that is known to name nothing; undefined when only the table knows. */
  get(project: string, kind: string, id: string): Entity | null | undefined;
  set(project: string, kind: string, id: string, entity: Entity | null): void;
  delete(project: string, kind: string, id: string): void;
  /** Every entity of this kind was given to `set`: what is not here does not exist, until one has to be given up. */
  setComplete(project: string, kind: string): void;
  readonly size: number;
  /** How many were given up so far. */
  readonly evictions: number;
}

interface Known {
  entity: Entity | null;
  kind: string;
  used: boolean;
}

/** Keeps at most `limit` entities; those nobody used for a while are given up. */
export function createEntityCache(limit: number): EntityCache {
  const known = createClockMap<Known>();
  const complete = new Set<string>();
  let evictions = 0;

  return {
    get(project, kind, id) {
      const scope = kindKey(project, kind);
      const found = known.get(scope + id);
      return found ? found.entity : complete.has(scope) ? null : undefined;
    },
    set(project, kind, id, entity) {
      const scope = kindKey(project, kind);
      known.set(scope + id, { entity, kind: scope, used: true });
      while (known.size > limit) {
        const evicted = known.evict();
        if (!evicted) return;
        complete.delete(evicted[1].kind);
        evictions++;
      }
    },
    delete: (project, kind, id) => void known.delete(kindKey(project, kind) + id),
    setComplete: (project, kind) => void complete.add(kindKey(project, kind)),
    get size() {
      return known.size;
    },
    get evictions() {
      return evictions;
    },
  };
}

/** A project and a kind in one text that no other pair gives. */
export function kindKey(project: string, kind: string): string {
  return `${project.length}:${project}${kind.length}:${kind}:`;
}
