import { experimentProblems } from "./experiments.js";
import { type Change, changes, isObject, type Json, mergePatch, plainJson } from "./json.js";
import { problemError, schemaProblems } from "./problem.js";
import { referenceProblems } from "./references.js";
import { type Config, type ConfigInput, configSchema } from "./schema.js";

/** What `defineConfig` gives: the filled-in configuration, which still knows the types of the attributes that were declared. */
export type DefinedConfig<Input extends ConfigInput> = Config & {
  entities: Input extends { entities: infer Entities } ? Entities : unknown;
};

/**
 * Checks a configuration and fills in the defaults; `defineConfig({})` has a useful "home" surface. The answer is plain
 * data: it survives JSON, and defining it again changes nothing. Throws `config-invalid` naming every wrong path.
 */
export function defineConfig<const Input extends ConfigInput>(input: Input): DefinedConfig<Input> {
  // The check below is what makes the claim about the attributes' types true.
  return parseConfig(input) as DefinedConfig<Input>;
}

/** `defineConfig` for what comes from a file or the network, whose type nobody knows. */
export function parseConfig(input: unknown): Config {
  const written = plainJson(input);
  const { data, error } = configSchema.safeParse(withPromisedNames(written));
  const problems = error ? schemaProblems(error) : [...referenceProblems(data), ...experimentProblems(data)];
  if (problems.length > 0) {
    throw problemError(
      "config-invalid",
      "the configuration is not valid",
      problems,
      "mend the paths named above in heed.config.ts, or in the override that was saved",
    );
  }
  return data!;
}

/**
 * A configuration with an override on top: what the override says wins over the file, the file over the defaults. The
 * override is a JSON Merge Patch (null removes what the file says, so that the default returns). `changes` lists where
 * the result differs from the file alone. Throws `config-invalid` when the result is not valid; nothing is changed then.
 */
export function applyOverride(file: ConfigInput, override: unknown): { config: Config; changes: Change[] } {
  const written = plainJson(file);
  const config = parseConfig(mergePatch(written, plainJson(override)));
  return { config, changes: changes(plainJson(parseConfig(written)), plainJson(config)) };
}

/** The surface "home" and the model "main" are there even when only others are named. */
function withPromisedNames(written: Json): Json {
  if (!isObject(written)) return written;
  const { surfaces, models } = written;
  return {
    ...written,
    ...((surfaces === undefined || isObject(surfaces)) && { surfaces: { home: {}, ...surfaces } }),
    ...((models === undefined || isObject(models)) && { models: { main: { model: "best" }, ...models } }),
  };
}
