import type { OnlineStore } from "../../store/index.js";
import type { Attribute, User } from "../heed.js";
import { batcher } from "./batcher.js";
import { oneAtATime } from "./one-at-a-time.js";

type Attributes = Readonly<Record<string, Attribute>>;

/** What a user's attributes become, given those that are there; undefined for none. */
export interface Edit {
  user: string;
  edit(before: Attributes): Attributes | undefined;
}

export interface People {
  /** Makes edits, all or none; durable when it resolves. What is asked meanwhile is written together. */
  edit(project: string, edits: readonly Edit[]): Promise<void>;
  /** Runs work while no edit of the project is under way. */
  alone<T>(project: string, work: () => Promise<T>): Promise<T>;
}

const editsAtOnce = 1_000;

/**
 * Users' attributes, read, changed and written back without losing what another caller of this process changes at the same
 * moment. An id that was merged stands for its user.
 */
export function openPeople(online: OnlineStore): People {
  const orderly = oneAtATime();

  async function write(project: string, edits: readonly Edit[]): Promise<void> {
    const ids = await Promise.all(edits.map(({ user }) => online.resolve(project, user)));
    const people = [...new Set(ids)];
    const found = await online.get(project, "user", people);
    const values = new Map(
      people.map((id, i) => [id, { ...(found[i]?.value as Omit<User, "user"> | undefined) }]),
    );
    for (const [i, { edit }] of edits.entries()) {
      const value = values.get(ids[i]!)!;
      const attributes = edit(value.attributes ?? {});
      if (attributes) value.attributes = attributes;
      else delete value.attributes;
    }
    await online.put(
      project,
      "user",
      [...values].map(([id, value]) => ({ id, value })),
    );
  }

  const ask = batcher(async (jobs: readonly { project: string; edits: readonly Edit[] }[]) => {
    for (const project of new Set(jobs.map((job) => job.project))) {
      const edits = jobs.filter((job) => job.project === project).flatMap((job) => job.edits);
      await orderly(project, () => write(project, edits));
    }
    return jobs.map(() => undefined);
  }, editsAtOnce);

  return { edit: (project, edits) => ask({ project, edits }), alone: orderly };
}
