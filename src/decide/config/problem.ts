import type { z } from "zod";
import { HeedError } from "../../core/errors.js";

/** One thing that is wrong, and where. */
export interface Problem {
  path: string;
  message: string;
}

/** The problems zod found, as paths and messages. */
export function schemaProblems(error: z.ZodError, prefix: readonly string[] = []): Problem[] {
  return error.issues.map(({ path, message }) => ({
    path: [...prefix, ...path.map(String)].join(".") || "configuration",
    message,
  }));
}

/** All problems as one error, a line for each. */
export function problemError(
  code: string,
  what: string,
  problems: readonly Problem[],
  remedy: string,
): HeedError {
  return new HeedError(
    code,
    `${what}\n${problems.map(({ path, message }) => `  ${path}: ${message}`).join("\n")}`,
    remedy,
  );
}
