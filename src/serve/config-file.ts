import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createJiti } from "jiti";
import { HeedError } from "../core/errors.js";
import { applyOverride, type Config, type ConfigInput, type Similarity } from "../decide/index.js";
import type { Registry } from "../store/index.js";
import type { CustomSource } from "./runtime/sources.js";

const names = ["heed.config.ts", "heed.config.mts", "heed.config.js", "heed.config.mjs"];

/** What a configuration file says. */
export interface ConfigFile {
  path: string;
  /** Its default export, as written. */
  input: ConfigInput;
  /** Its export `sources`: candidate sources of type "custom", by name. */
  sources: Readonly<Record<string, CustomSource>>;
  /** Its export `similarities`: similarities of diversity type "custom", by name. */
  similarities: Readonly<Record<string, Similarity>>;
}

/**
 * Reads heed.config.ts (or .mts, .js, .mjs) of a folder; null when there is none. TypeScript is read as it is, without a build.
 * Throws `config-invalid` naming the file when it cannot be loaded or exports no configuration.
 */
export async function readConfigFile(folder: string): Promise<ConfigFile | null> {
  const path = names.map((name) => resolve(join(folder, name))).find((file) => existsSync(file));
  if (path === undefined) return null;
  const exported = await load(path);
  const { default: input, sources = {}, similarities = {} } = exported;
  if (typeof input !== "object" || input === null)
    throw invalid(
      path,
      "it has no default export that is an object",
      "write: export default defineConfig({})",
    );
  return {
    path,
    input: input as ConfigInput,
    sources: functions(path, "sources", sources) as Record<string, CustomSource>,
    similarities: functions(path, "similarities", similarities) as Record<string, Similarity>,
  };
}

/**
 * The configuration in force: the defaults, the file on top, and the override "config" that the registry keeps on top of
 * that. Throws `config-invalid` naming every wrong path.
 */
export async function configInForce(
  file: ConfigFile | null,
  registry: Registry,
  project = "default",
): Promise<Config> {
  const kept = (await registry.overrides(project)).find(({ key }) => key === "config");
  return applyOverride(file?.input ?? {}, kept?.value ?? {}).config;
}

async function load(path: string): Promise<Record<string, unknown>> {
  try {
    return await createJiti(import.meta.url, { moduleCache: false }).import(path);
  } catch (cause) {
    if (cause instanceof HeedError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(path, `it cannot be loaded: ${reason}`, "mend it; `npx tsc --noEmit` shows where", cause);
  }
}

function functions(path: string, name: string, value: unknown): object {
  const isRecord = typeof value === "object" && value !== null;
  const wrong = isRecord ? Object.entries(value).find(([, each]) => typeof each !== "function")?.[0] : "";
  if (isRecord && wrong === undefined) return value;
  throw invalid(
    path,
    wrong ? `its export "${name}" has "${wrong}", which is no function` : `its export "${name}" is no object`,
    `write: export const ${name} = { NAME: (...) => ... }`,
  );
}

function invalid(path: string, what: string, remedy: string, cause?: unknown): HeedError {
  return new HeedError("config-invalid", `${path}: ${what}`, remedy, { cause });
}
