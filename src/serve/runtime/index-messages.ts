import type { ApproximateOptions, ItemVectors } from "../../retrieve/index.js";
import type { Failure } from "./thread-messages.js";

/** What a thread that holds an index is made with. */
export interface IndexOrder {
  vectors: ItemVectors;
  options: ApproximateOptions;
}

/** What the event loop asks of it; `compare` also searches exactly, after the answer has left. */
export interface SearchOrder {
  number: number;
  query: Float32Array;
  limit: number;
  compare: boolean;
}

/** What it says. */
export type FromIndex =
  | { kind: "built"; seconds: number }
  | { kind: "unbuilt"; failure: Failure }
  | { kind: "found"; number: number; ids: Int32Array }
  | { kind: "failed"; number: number; failure: Failure }
  /** Of the `wanted` best by exact search, how many the index had found. */
  | { kind: "compared"; found: number; wanted: number };
