import { z } from "zod";
import { nearest } from "../../core/errors.js";

/** A sentence that says what is known, and which of it was probably meant. */
export function unknownName(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `unknown "${word}", did you mean "${near}"?`;
  return known.length === 0
    ? `unknown "${word}", there are none`
    : `unknown "${word}", known: ${known.join(", ")}`;
}

/** An object whose unknown keys are errors that suggest the nearest known key. */
export function strictObject<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownName(key, known)).join("; ")
        : undefined,
  });
}

/** An object told apart by its `type`; an unknown type is an error that suggests the nearest known one. */
export function oneOfTypes<
  Options extends readonly [
    z.core.$ZodTypeDiscriminable & z.ZodObject<{ type: z.ZodLiteral<string> }>,
    ...(z.core.$ZodTypeDiscriminable & z.ZodObject<{ type: z.ZodLiteral<string> }>)[],
  ],
>(...options: Options) {
  const known = options.map((option) => option.shape.type.value);
  return z.discriminatedUnion("type", options, {
    error: (issue) => {
      if (issue.code !== "invalid_union") return undefined;
      const { input } = issue;
      const type = typeof input === "object" && input !== null && "type" in input ? input.type : undefined;
      return typeof type === "string"
        ? unknownName(type, known)
        : `"type" is missing, known: ${known.join(", ")}`;
    },
  });
}
