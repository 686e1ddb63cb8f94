import { randomUUID } from "node:crypto";
import { HeedError } from "../core/errors.js";
import { acceptEvents } from "../events/index.js";
import { entityProblem, type RecordResult, recordEvents } from "../serve/index.js";
import type { RowKind } from "../store/files/index.js";
import type { EmbeddedStore } from "../store/index.js";
import type { ServerCall } from "./server-call.js";

/** A row ready to be stored. */
export type Value = Readonly<Record<string, unknown>>;

/** Where imported rows go. What `store` has answered for is durable. */
export interface Sink {
  /** Rows in one call. */
  size: number;
  /** Up to which line an import was stored before; 0 when it is new or nobody remembers. */
  resume(fingerprint: string): Promise<number>;
  /** Notes that every line up to this one is stored. */
  note(fingerprint: string, line: number): Promise<void>;
  store(values: readonly Value[]): Promise<RecordResult>;
}

/** The kind of entity that imports are noted as: the note lives and dies with the data. */
const noteKind = "import";

/** Into the data folder, which this process holds. */
export function localSink({ log, online }: EmbeddedStore, project: string, kind: RowKind): Sink {
  return {
    size: 5_000,
    async resume(fingerprint) {
      const [note] = await online.get(project, noteKind, [fingerprint]);
      return typeof note?.value.line === "number" ? note.value.line : 0;
    },
    note: (fingerprint, line) => online.put(project, noteKind, [{ id: fingerprint, value: { line } }]),
    store: (values) =>
      kind === "events"
        ? recordEvents(log, () => {}, acceptEvents, values, { project, now: Date.now(), newId: randomUUID })
        : storeEntities(kind, values, async (sound) => {
            const name = kind === "items" ? "item" : "user";
            const entities = sound.map(({ [name]: id, ...value }) => ({ id: String(id), value }));
            await online.put(project, name, entities);
          }),
  };
}

/** Into a running server, whose key says the project. */
export function serverSink(call: ServerCall, project: string | undefined, kind: RowKind): Sink {
  refuseProject(project);
  return {
    size: 500,
    resume: async () => 0,
    note: async () => {},
    store: (values) =>
      kind === "events"
        ? call.ask<RecordResult>("/v1/events", {
            lines: values.map((value) => `${JSON.stringify(value)}\n`).join(""),
          })
        : storeEntities(kind, values, (sound) =>
            call.ask(`/v1/${kind}`, { method: "PUT", body: { [kind]: sound } }),
          ),
  };
}

/** Refuses a project beside a server: its key says which one it is. */
export function refuseProject(project: string | undefined): void {
  if (project === undefined) return;
  throw new HeedError(
    "option",
    `a server holds the data folder, and it takes the project from the key, not from --project ${project}`,
    `leave out --project, with a key of that project: export HEED_KEY=$(heed keys create --project ${project})`,
  );
}

/** Stores what passes the schema; where the whole is refused all the same, each by itself tells which it was. */
async function storeEntities(
  kind: "items" | "users",
  values: readonly Value[],
  put: (sound: readonly Value[]) => Promise<unknown>,
): Promise<RecordResult> {
  const rejected: RecordResult["rejected"] = [];
  const sound: { value: Value; index: number }[] = [];
  values.forEach((value, index) => {
    const problem = entityProblem(kind, value);
    if (problem) rejected.push({ index, ...problem });
    else sound.push({ value, index });
  });
  let accepted = 0;
  async function take(some: typeof sound): Promise<void> {
    if (some.length === 0) return;
    try {
      await put(some.map(({ value }) => value));
      accepted += some.length;
    } catch (error) {
      if (!(error instanceof HeedError && /^((.+-)?invalid|too-large)$/.test(error.code))) throw error;
      if (some.length > 1) for (const each of some) await take([each]);
      else rejected.push({ index: some[0]!.index, path: "", reason: error.message.split("\n")[0]! });
    }
  }
  await take(sound);
  return { accepted, duplicates: 0, rejected: rejected.sort((a, b) => a.index - b.index) };
}
