import type { DuckDBConnection } from "@duckdb/node-api";
import { addLink, createIdentity, type Identity } from "../../events/index.js";
import type { Merge } from "../event-log.js";
import { rows } from "./database.js";

/** Who is who, of every project. */
export interface Identities {
  /** The same object for as long as the process lives. */
  of(project: string): Identity;
  add(merge: Merge): void;
  /** All merges, in order of position. */
  merges(project?: string): Merge[];
}

export async function loadIdentities(connection: DuckDBConnection): Promise<Identities> {
  const projects = new Map<string, Identity>();
  const identities: Identities = {
    of(project) {
      const known = projects.get(project);
      if (known) return known;
      const identity = createIdentity();
      projects.set(project, identity);
      return identity;
    },
    add({ project, ...link }) {
      addLink(identities.of(project), link);
    },
    merges: (project) =>
      [...projects]
        .filter(([name]) => project === undefined || name === project)
        .flatMap(([name, { links }]) => links.map((link) => ({ project: name, ...link })))
        .sort((a, b) => a.position - b.position),
  };
  const stored = await rows(
    connection,
    "SELECT position, project, anonymous, user_id FROM merges ORDER BY position",
  );
  for (const [position, project, anonymous, user] of stored) {
    identities.add({
      position: Number(position),
      project: String(project),
      anonymous: String(anonymous),
      user: String(user),
    });
  }
  return identities;
}
