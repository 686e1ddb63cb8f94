import { z } from "zod";
import { nameSchema } from "../../events/event.js";
import { attributeOf, type ItemFacts } from "../candidate.js";
import { strictObject } from "../config/object.js";
import { durationSchema, milliseconds } from "../duration.js";

const literal = z.union([z.string().max(1000), z.number(), z.boolean()]);

const operators = ["eq", "in", "gt", "gte", "lt", "lte", "exists", "within"] as const;
const forms = ["attribute", "all", "any", "not"] as const;

/**
 * A condition on an item: operators on one attribute (all given ones must hold), or `all`, `any`, `not` of others.
 * On a list attribute `eq` means "contains" and `in` "shares one". `within` means that a time lies in the past, but not
 * further back than the duration. An item without the attribute satisfies only `exists: false`.
 */
export interface Condition {
  attribute?: string | undefined;
  eq?: string | number | boolean | undefined;
  in?: (string | number | boolean)[] | undefined;
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
  exists?: boolean | undefined;
  within?: string | undefined;
  all?: Condition[] | undefined;
  any?: Condition[] | undefined;
  not?: Condition | undefined;
}

export const conditionSchema: z.ZodType<Condition, Condition> = z.lazy(() => shape);

const shape = strictObject({
  attribute: nameSchema.optional(),
  eq: literal.optional(),
  in: z.array(literal).min(1).max(1000).optional(),
  gt: z.number().optional(),
  gte: z.number().optional(),
  lt: z.number().optional(),
  lte: z.number().optional(),
  exists: z.boolean().optional(),
  within: durationSchema.optional(),
  all: z.array(conditionSchema).min(1).optional(),
  any: z.array(conditionSchema).min(1).optional(),
  not: conditionSchema.optional(),
}).superRefine((condition, context) => {
  const given = forms.filter((form) => condition[form] !== undefined);
  const used = operators.filter((operator) => condition[operator] !== undefined);
  if (given.length !== 1) context.addIssue(`give exactly one of ${forms.join(", ")}`);
  else if (given[0] === "attribute" && used.length === 0)
    context.addIssue(`give the attribute at least one of ${operators.join(", ")}`);
  else if (given[0] !== "attribute" && used.length > 0)
    context.addIssue(`"${used[0]}" needs "attribute" beside it`);
});

/** Whether an item satisfies a condition at a moment (milliseconds since 1970). */
export type Test = (item: string, facts: ItemFacts, now: number) => boolean;

/** Turns a condition into a function once, so that it costs little for each of many items. */
export function compileCondition(condition: Condition): Test {
  if (condition.all) return every(condition.all.map(compileCondition));
  if (condition.any) {
    const tests = condition.any.map(compileCondition);
    return (item, facts, now) => tests.some((test) => test(item, facts, now));
  }
  if (condition.not) {
    const test = compileCondition(condition.not);
    return (item, facts, now) => !test(item, facts, now);
  }
  return compileAttribute(condition);
}

/** One test that holds when all of them do. */
export function every(tests: readonly Test[]): Test {
  return (item, facts, now) => tests.every((test) => test(item, facts, now));
}

type Value = NonNullable<ReturnType<typeof attributeOf>>;

function compileAttribute({ attribute, exists, ...condition }: Condition): Test {
  const checks: ((value: Value, now: number) => boolean)[] = [];
  const { eq, gt, gte, lt, lte, within } = condition;
  if (eq !== undefined) checks.push(oneOf(new Set([eq])));
  if (condition.in !== undefined) checks.push(oneOf(new Set(condition.in)));
  if (gt !== undefined) checks.push((value) => typeof value === "number" && value > gt);
  if (gte !== undefined) checks.push((value) => typeof value === "number" && value >= gte);
  if (lt !== undefined) checks.push((value) => typeof value === "number" && value < lt);
  if (lte !== undefined) checks.push((value) => typeof value === "number" && value <= lte);
  if (within !== undefined) {
    const span = milliseconds(within);
    checks.push((value, now) => {
      const age = typeof value === "string" ? now - Date.parse(value) : Number.NaN;
      return age >= 0 && age <= span;
    });
  }
  return (item, facts, now) => {
    const value = attributeOf(item, facts, attribute!) ?? undefined;
    if (value === undefined) return exists === false && checks.length === 0;
    return exists !== false && checks.every((check) => check(value, now));
  };
}

function oneOf(wanted: ReadonlySet<string | number | boolean>): (value: Value) => boolean {
  return (value) => (typeof value === "object" ? value.some((one) => wanted.has(one)) : wanted.has(value));
}
