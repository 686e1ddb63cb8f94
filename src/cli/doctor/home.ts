import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HeedError } from "../../core/errors.js";
import { openInstance } from "../../store/embedded/database.js";
import { meta, schemaVersion } from "../../store/embedded/schema.js";
import { storeOwner } from "../../store/index.js";
import { heedHome } from "../environment.js";
import { type Check, finding } from "./check.js";

const gigabyte = 2 ** 30;
const leastSpace = 0.1 * gigabyte;
const littleSpace = gigabyte;

export const homeChecks: readonly Check[] = [
  {
    name: "data folder",
    look() {
      const home = resolve(heedHome());
      const stat = statSync(home, { throwIfNoEntry: false });
      if (stat && !stat.isDirectory())
        return finding("fail", `${home} is a file`, "set HEED_HOME to a folder: export HEED_HOME=.heed");
      const writable = stat ? home : nearestFolder(home);
      try {
        accessSync(writable, constants.R_OK | constants.W_OK | constants.X_OK);
      } catch {
        return finding(
          "fail",
          `${writable} may not be written by this user`,
          `take it over (sudo chown -R "$USER" '${writable}'), or set HEED_HOME to another folder`,
        );
      }
      return finding("ok", stat ? `${home} can be written` : `${home} is not there yet and can be made`);
    },
  },
  {
    name: "disk space",
    look() {
      const { bavail, bsize } = statfsSync(nearestFolder(resolve(heedHome())));
      const free = bavail * bsize;
      const found = `${(free / gigabyte).toFixed(1)} GB free`;
      if (free >= littleSpace) return finding("ok", found);
      return finding(
        free >= leastSpace ? "warn" : "fail",
        found,
        "free some, or move the data folder: see what is large with du -sh .heed/*",
      );
    },
  },
  { name: "owner", look: owner },
  { name: "schema", look: schema },
];

function owner() {
  const home = heedHome();
  const running = storeOwner(home);
  if (running) {
    const { address } = running.about;
    if (address) return finding("ok", `process ${running.pid} serves ${address}`);
    return finding(
      "warn",
      `process ${running.pid} has the data folder open and serves nothing`,
      `wait until it is done, or stop it: kill ${running.pid}`,
    );
  }
  return finding(
    "ok",
    existsSync(join(home, "heed.lock"))
      ? "nobody; heed.lock is left from a process that was killed, and the next start takes it over"
      : "nobody has the data folder open",
  );
}

async function schema() {
  const path = join(heedHome(), "heed.duckdb");
  if (!existsSync(path)) return finding("ok", "no data yet");
  if (storeOwner(heedHome()))
    return finding("ok", `the running process brought it to version ${schemaVersion}`);
  let instance: Awaited<ReturnType<typeof openInstance>>;
  try {
    instance = await openInstance(path, { readOnly: true });
  } catch (error) {
    if (!(error instanceof HeedError) || error.code === "store") {
      return finding(
        "fail",
        `${path} cannot be opened: ${String(error).split("\n")[0]}`,
        "restore a backup: heed restore FOLDER --force (it moves what is there aside)",
      );
    }
    throw error;
  }
  try {
    const connection = await instance.connect();
    const facts = await meta(connection).catch(() => ({}) as Record<string, string>);
    connection.closeSync();
    const version = Number(facts.schema ?? 0);
    if (version > schemaVersion)
      return finding(
        "fail",
        `version ${version}; this Heed knows up to ${schemaVersion}`,
        "update Heed: npm install heed@latest",
      );
    return finding(
      "ok",
      version === schemaVersion
        ? `version ${version}`
        : `version ${version}; the next start brings it to ${schemaVersion}`,
    );
  } finally {
    instance.closeSync();
  }
}

/** The folder, or the nearest one above it that exists. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}
