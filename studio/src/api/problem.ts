/** A refusal of the server, or that it could not be reached ("disconnected"). */
export class Problem extends Error {
  readonly code: string;
  readonly remedy: string;
  /** The field that was wrong, where it was one. */
  readonly path: string | undefined;

  constructor(code: string, message: string, remedy: string, path?: string) {
    super(message);
    this.name = "Problem";
    this.code = code;
    this.remedy = remedy;
    this.path = path;
  }
}

/** Any thrown value as a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) return disconnected();
  return new Problem("studio", String(error instanceof Error ? error.message : error), "reload the page");
}

export function disconnected(): Problem {
  return new Problem(
    "disconnected",
    "Heed does not answer",
    "see whether `heed up` still runs; the Studio tries again by itself",
  );
}

/** What a refused answer says. */
export function problemOf(status: number, body: unknown): Problem {
  const { code, message, remedy, path } = (body ?? {}) as Partial<Problem>;
  if (typeof code === "string" && typeof message === "string")
    return new Problem(code, message, remedy ?? "", path);
  return new Problem("http", `Heed answered ${status}`, "look into its log");
}
