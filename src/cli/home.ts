import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { HeedError } from "../core/errors.js";
import { type EmbeddedStore, openStore, storeOwner } from "../store/index.js";
import { heedHome } from "./environment.js";
import { type ServerCall, serverCall } from "./server-call.js";

/** The data folder, open in this process. */
export interface LocalHome {
  folder: string;
  store: EmbeddedStore;
}

export interface HomeOptions {
  /** Makes the folder where there is none; otherwise a folder without data is an error. */
  create?: boolean;
}

/**
 * Works on the data folder HEED_HOME: with its store while nobody holds it, else through the server that does. The store is
 * closed at the end. Errors: HeedError "home" when the folder holds no data or cannot be made, "locked" when whoever holds it
 * serves nothing; those of `openStore`, and those of the work itself.
 */
export async function inHome<T>(
  local: (home: LocalHome) => Promise<T>,
  remote: (call: ServerCall) => Promise<T>,
  options: HomeOptions = {},
): Promise<T> {
  const folder = heedHome();
  prepare(folder, options.create ?? false);
  let store: EmbeddedStore;
  try {
    store = await openStore(folder);
  } catch (error) {
    if (!(error instanceof HeedError && error.code === "locked")) throw error;
    return remote(callToOwner(folder, error));
  }
  try {
    return await local({ folder, store });
  } finally {
    await store.close();
  }
}

/** The server that holds the data folder HEED_HOME, or null when nobody does. Errors: "locked" as above. */
export function runningServer(): ServerCall | null {
  const folder = heedHome();
  return storeOwner(folder) ? callToOwner(folder) : null;
}

function prepare(folder: string, create: boolean): void {
  if (existsSync(join(folder, "heed.duckdb"))) return;
  if (!create) {
    throw new HeedError(
      "home",
      `${folder} holds no Heed data`,
      "start `heed up` or `heed import` first, or set HEED_HOME to the data folder",
    );
  }
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new HeedError(
      "home",
      `the data folder ${folder} cannot be made: ${cause instanceof Error ? cause.message : cause}`,
      "set HEED_HOME to a folder that can be written",
      { cause },
    );
  }
}

function callToOwner(folder: string, otherwise?: HeedError): ServerCall {
  const owner = storeOwner(folder);
  if (owner?.about.address) return serverCall(owner.about.address);
  if (!owner && otherwise) throw otherwise;
  throw new HeedError(
    "locked",
    `${folder} is in use by process ${owner?.pid}, which serves no address`,
    `wait until it is done (or stop it: kill ${owner?.pid}), then run this again`,
  );
}
