export type State = "ok" | "warn" | "fail";

/** What a check found, and, unless all is well, what to do. */
export interface Finding {
  check: string;
  state: State;
  found: string;
  remedy?: string;
}

export interface Check {
  name: string;
  look(): Omit<Finding, "check"> | Promise<Omit<Finding, "check">>;
}

export function finding(state: State, found: string, remedy?: string): Omit<Finding, "check"> {
  return { state, found, ...(remedy !== undefined && { remedy }) };
}
