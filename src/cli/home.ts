import { existsSync } from "node:fs";
import { join } from "node:path";
import { HeedError } from "../core/errors.js";
import { type EmbeddedStore, storeOwner } from "../store/index.js";
import { heedHome, openHome } from "./environment.js";

/** What a command works on when nobody else holds the data folder. */
export interface Home {
  folder: string;
  store: EmbeddedStore;
}

/** Asks the server that holds the data folder; throws what it refuses as a HeedError. The answer's body is JSON. */
export interface ServerCall {
  address: string;
  (method: string, path: string, body?: unknown): Promise<unknown>;
  /** The answer itself, for streams; the same errors. */
  raw(method: string, path: string, init?: RequestInit): Promise<Response>;
}

/**
 * Works on the data folder, or, while a server holds it, through that server: with the secret key of HEED_KEY where the server
 * has keys. A folder that holds nothing is an error unless `create` says to make it.
 */
export async function inHome<T>(
  local: (home: Home) => Promise<T>,
  remote: (call: ServerCall) => Promise<T>,
  { create = false }: { create?: boolean } = {},
): Promise<T> {
  const folder = heedHome();
  if (!create && !existsSync(join(folder, "heed.duckdb"))) {
    throw new HeedError(
      "home",
      `${folder} holds no Heed data`,
      "start `heed up` first, or set HEED_HOME to its data folder",
    );
  }
  let store: EmbeddedStore;
  try {
    store = await openHome(folder);
  } catch (error) {
    const address = storeOwner(folder)?.about.address;
    if (!(error instanceof HeedError && error.code === "locked") || address === undefined) throw error;
    return remote(callServer(address));
  }
  try {
    return await local({ folder, store });
  } finally {
    await store.close();
  }
}

function callServer(address: string): ServerCall {
  const key = process.env.HEED_KEY;
  async function raw(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (key) headers.set("authorization", `Bearer ${key}`);
    let response: Response;
    try {
      response = await fetch(address + path, { ...init, method, headers });
    } catch (cause) {
      throw new HeedError("server", `no server answers at ${address}`, "wait until it serves, or stop it", {
        cause,
      });
    }
    if (response.ok) return response;
    throw refusal(response.status, (await response.json().catch(() => ({}))) as Refusal);
  }
  return Object.assign(
    async (method: string, path: string, body?: unknown) => {
      const init =
        body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      return (await raw(method, path, init)).json();
    },
    { address, raw },
  );
}

interface Refusal {
  code?: string;
  message?: string;
  remedy?: string;
}

function refusal(status: number, body: Refusal): HeedError {
  if (status === 401)
    return new HeedError(
      "unauthorized",
      `the running server needs a key: ${body.message ?? "unauthorized"}`,
      "set HEED_KEY to a secret key (make one: heed keys create)",
    );
  return new HeedError(
    body.code ?? "server",
    body.message ?? `the server answered ${status}`,
    body.remedy ?? "see the server's terminal",
  );
}
