import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HeedError } from "../../core/errors.js";

/** Who has a folder open. */
export interface Owner {
  pid: number;
  /** When the process started, in milliseconds since 1970: tells it from a later one with the same number. */
  started: number;
  /** The folder, as the system knows it: a copy of the folder is nobody's. */
  folder: string;
  /** What the owner announced of itself, such as the address it serves. */
  about: Readonly<Record<string, string>>;
}

const lockPath = (folder: string) => join(folder, "heed.lock");

/** The running owner of a folder, or null. What a process that is gone left behind counts for nothing. */
export function storeOwner(folder: string): Owner | null {
  try {
    const owner = JSON.parse(readFileSync(lockPath(folder), "utf8")) as Owner;
    return owner.folder === realpathSync(folder) && isAlive(owner) ? owner : null;
  } catch {
    return null;
  }
}

/**
 * Refuses a folder that this very process has open. Between processes the database file's own lock decides, which the
 * system releases when a process dies; but it lets one process open the file twice.
 */
export function refuseSecondOpening(folder: string): void {
  const owner = storeOwner(folder);
  if (owner?.pid === process.pid) throw lockedError(folder, owner);
}

/** Writes down that this process, which holds the database file, owns the folder; called again, what it announces. */
export function writeOwner(folder: string, about: Readonly<Record<string, string>>): void {
  const owner: Owner = { pid: process.pid, started: processStart(), folder: realpathSync(folder), about };
  const draft = `${lockPath(folder)}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(owner));
  renameSync(draft, lockPath(folder));
}

export function releaseOwner(folder: string): void {
  rmSync(lockPath(folder), { force: true });
}

export function lockedError(folder: string, owner: Owner): HeedError {
  const address = owner.about.address ? `, which serves ${owner.about.address}` : "";
  return new HeedError(
    "locked",
    `${folder} is in use by process ${owner.pid}${address}`,
    "stop it, talk to it over HTTP, or give this one another HEED_HOME",
  );
}

function isAlive(owner: Owner): boolean {
  if (owner.pid === process.pid) return Math.abs(owner.started - processStart()) < 100;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function processStart(): number {
  return Math.round(Date.now() - process.uptime() * 1000);
}
