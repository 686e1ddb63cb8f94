import type { Bundle } from "../../bundles/index.js";
import { HeedError } from "../../core/errors.js";
import type { ItemVectors } from "../../retrieve/index.js";
import type { Value } from "../../tensor/index.js";

/** What a model's thread is made with. */
export interface ThreadOrder {
  folder: string;
  /** From this many items on a sequence model gives vectors instead of scores. */
  approximateFrom: number | "never";
}

/** What the event loop says to a model's thread ... */
export type ToThread =
  | { kind: "run"; number: number; feeds: Readonly<Record<string, Value>> }
  | { kind: "release" };

/** ... and what it hears. */
export type FromThread =
  | ({ kind: "opened"; vectors?: ItemVectors } & Pick<Bundle, "manifest" | "vocabularies" | "tables">)
  | { kind: "unopened"; failure: Failure }
  | { kind: "ran"; number: number; results: Record<string, Value> }
  | { kind: "failed"; number: number; failure: Failure };

/** An error between threads, where errors lose their class. */
export interface Failure {
  code: string;
  message: string;
  remedy: string;
}

export function failureOf(cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof HeedError)) return { code: "model", message, remedy: "train again or roll back" };
  const { code, remedy } = cause;
  return { code, message: message.slice(0, message.lastIndexOf("\n  help: ")), remedy };
}

export function errorOf({ code, message, remedy }: Failure): HeedError {
  return new HeedError(code, message, remedy);
}
