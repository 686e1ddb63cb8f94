import { z } from "zod";

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const form = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A span of time as it is written in a configuration: "250ms", "30s", "15m", "12h", "7d". */
export const durationSchema = z
  .string()
  .regex(form, { error: 'expected a duration such as "250ms", "30s", "15m", "12h" or "7d"' });

/** Milliseconds of a duration that passed `durationSchema`. */
export function milliseconds(duration: string): number {
  const [, amount, unit] = form.exec(duration)!;
  return Number(amount) * units[unit as keyof typeof units];
}
