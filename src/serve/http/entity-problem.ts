import { invalidInput } from "./errors.js";
import { findFlaw } from "./json.js";
import { itemSchema, userSchema } from "./schemas.js";

const schemas = { items: itemSchema, users: userSchema } as const;

/** What PUT /v1/items or /v1/users would refuse in one of them: where, and why. Null when it is well formed. */
export function entityProblem(
  kind: keyof typeof schemas,
  value: unknown,
): { path: string; reason: string } | null {
  const flaw = findFlaw(value);
  if (flaw) return flaw;
  const { success, error } = schemas[kind].safeParse(value);
  if (success) return null;
  const { path, message } = invalidInput(error, Object.keys(schemas[kind].shape));
  return { path, reason: message.split("\n")[0]! };
}
