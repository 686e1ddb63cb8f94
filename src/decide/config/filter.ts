import { HeedError } from "../../core/errors.js";
import type { RequestFilter } from "../request.js";
import { filterConditions } from "../rules/eligible.js";
import { problemError } from "./problem.js";
import { attributeTypesOf, conditionProblems } from "./references.js";
import type { Config } from "./schema.js";

const maxConditions = 50;

/** Throws `filter-invalid` when a request filters on attributes that items do not have, or by values of another type. */
export function checkFilter(config: Config, filter: RequestFilter): void {
  const names = Object.keys(filter);
  if (names.length > maxConditions) {
    throw new HeedError(
      "filter-invalid",
      `the filter names ${names.length} attributes`,
      `name at most ${maxConditions}`,
    );
  }
  const types = attributeTypesOf(config);
  const problems = filterConditions(filter).flatMap((condition, i) =>
    conditionProblems(condition, types, ["filter", names[i]!]),
  );
  if (problems.length > 0)
    throw problemError(
      "filter-invalid",
      "the filter does not fit the items",
      problems,
      "mend the paths above",
    );
}
