import { isObject, type Json, mergePatch, plainJson } from "./json.js";
import { type Problem, schemaProblems } from "./problem.js";
import { surfaceProblems } from "./references.js";
import { type Config, type Surface, surfaceSchema } from "./schema.js";

/** Variants whose override makes no valid surface, and experiments of one surface that change the same thing. */
export function experimentProblems(config: Config): Problem[] {
  return Object.entries(config.surfaces).flatMap(([name, surface]) => [
    ...overrideProblems(config, surface, ["surfaces", name, "experiments"]),
    ...collisions(surface, ["surfaces", name, "experiments"]),
  ]);
}

/** A surface with overrides merged into it, one after the other. The overrides passed `defineConfig`. */
export function overrideSurface(surface: Surface, overrides: readonly Json[]): Surface {
  return surfaceSchema.parse(overrides.reduce<Json>(mergePatch, plainJson(surface)));
}

function overrideProblems(config: Config, surface: Surface, path: readonly string[]): Problem[] {
  const base = plainJson(surface);
  return Object.entries(surface.experiments).flatMap(([experiment, { variants }]) =>
    Object.entries(variants).flatMap(([variant, { override }]) => {
      const here = [...path, experiment, "variants", variant, "override"];
      if ("experiments" in override)
        return [{ path: here.join("."), message: "a variant cannot change the experiments" }];
      const { data, error } = surfaceSchema.safeParse(mergePatch(base, override));
      return error ? schemaProblems(error, here) : surfaceProblems(config, data, here);
    }),
  );
}

/** Two experiments on one setting would leave nobody able to say which of them made the difference. */
function collisions(surface: Surface, path: readonly string[]): Problem[] {
  const settings = Object.entries(surface.experiments).map(([experiment, { variants }]) => ({
    experiment,
    paths: Object.values(variants).flatMap(({ override }) => leaves(override)),
  }));
  return settings.flatMap(({ experiment, paths }, i) =>
    settings.slice(0, i).flatMap((other) => {
      const shared = paths.find((a) => other.paths.some((b) => within(a, b) || within(b, a)));
      return shared === undefined
        ? []
        : [
            {
              path: [...path, experiment].join("."),
              message: `changes "${shared}", which experiment "${other.experiment}" changes too`,
            },
          ];
    }),
  );
}

const within = (path: string, outer: string) => path === outer || path.startsWith(`${outer}.`);

/** The paths a patch sets; an object with a `type` is one setting. */
function leaves(patch: Json, path: readonly string[] = []): string[] {
  if (!isObject(patch) || "type" in patch) return [path.join(".")];
  return Object.entries(patch).flatMap(([key, value]) => leaves(value, [...path, key]));
}
