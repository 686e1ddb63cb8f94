import { mkdirSync } from "node:fs";
import { HeedError } from "../core/errors.js";
import { type EmbeddedStore, openStore } from "../store/index.js";

/** The data folder: `HEED_HOME`, `.heed` unless set. A variable set to nothing counts as not set. */
export function heedHome(): string {
  return process.env.HEED_HOME || ".heed";
}

/** The server's port: `HEED_PORT`, 4141 unless set; 0 is any free one. */
export function heedPort(): number {
  const text = process.env.HEED_PORT || "4141";
  if (/^\d{1,5}$/.test(text) && Number(text) < 2 ** 16) return Number(text);
  throw new HeedError("port", `HEED_PORT is "${text}"`, "give a port from 1 to 65535, or 0 for any free one");
}

/** Opens the store of a data folder, which is made when it is not there. */
export async function openHome(home: string): Promise<EmbeddedStore> {
  try {
    mkdirSync(home, { recursive: true });
  } catch (cause) {
    throw new HeedError(
      "home",
      `the data folder ${home} cannot be made: ${cause instanceof Error ? cause.message : cause}`,
      "set HEED_HOME to a folder that can be written",
      { cause },
    );
  }
  return openStore(home);
}
