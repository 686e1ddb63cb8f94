import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { HeedError } from "../../core/errors.js";
import { writeAtomically } from "../../store/embedded/files.js";

/** What one evaluation gave. */
export interface Evaluation {
  trial: number;
  budget: number;
  /** The validation figure; null where training diverged (NaN). */
  validation: number | null;
  seconds: number;
}

/** What a search has found so far, in a file or in memory. */
export interface SearchState {
  find(trial: number, budget: number): Evaluation | undefined;
  /** Keeps an evaluation; when it resolves, the file holds it. */
  keep(evaluation: Evaluation): Promise<void>;
  /** Evaluations that were there when the search began. */
  resumed: number;
}

/**
 * Opens the state of a search. A file that belongs to another search (`search` describes it) or is damaged is an error, not
 * a fresh start. Written whole, to a draft that is then renamed: a crash loses at most evaluations under way.
 */
export async function openState(path: string | undefined, search: unknown): Promise<SearchState> {
  const evaluations = path !== undefined && existsSync(path) ? await readState(path, search) : [];
  const key = (trial: number, budget: number) => `${trial} ${budget}`;
  const known = new Map(evaluations.map((each) => [key(each.trial, each.budget), each]));
  let writing = Promise.resolve();
  return {
    resumed: evaluations.length,
    find: (trial, budget) => known.get(key(trial, budget)),
    keep(evaluation) {
      known.set(key(evaluation.trial, evaluation.budget), evaluation);
      if (path === undefined) return writing;
      // One write at a time; each writes all there is by then.
      writing = writing.then(async () => {
        await mkdir(dirname(path), { recursive: true });
        await writeAtomically(
          path,
          `${JSON.stringify({ search, evaluations: [...known.values()] }, null, 1)}\n`,
        );
      });
      return writing;
    },
  };
}

async function readState(path: string, search: unknown): Promise<Evaluation[]> {
  let content: { search?: unknown; evaluations?: unknown };
  try {
    content = JSON.parse(await readFile(path, "utf8")) as typeof content;
  } catch (cause) {
    throw new HeedError(
      "search-state",
      `${path} is not the state of a search`,
      "delete it, or name another file",
      {
        cause,
      },
    );
  }
  if (!Array.isArray(content.evaluations))
    throw new HeedError(
      "search-state",
      `${path} is not the state of a search`,
      "delete it, or name another file",
    );
  if (JSON.stringify(content.search) !== JSON.stringify(search)) {
    throw new HeedError(
      "search-state",
      `${path} holds another search: its space, method, direction or seed differs`,
      "name another file, or delete this one to start anew",
    );
  }
  return content.evaluations as Evaluation[];
}
