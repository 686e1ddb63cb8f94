import { HeedError, nearest } from "../core/errors.js";
import { encode, type Vocabulary, vocabularyOf } from "../data/index.js";
import type { Value } from "../tensor/index.js";
import type { Bundle } from "./load.js";

/** One example as a product has it: a value for each field. A field left out, or null, is a missing value. */
export type FieldRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * The encoder of a click model's bundle: rows of raw values to the matrix [rows, fields] its graph reads. A value that
 * training did not see gets its field's out-of-vocabulary row; a field the model does not have is an error.
 */
export function fieldEncoder(
  fields: readonly string[],
  vocabularies: Bundle["vocabularies"],
): (rows: readonly FieldRow[]) => { fields: Value } {
  let shift = 0;
  const encoders = fields.map((name): { name: string; vocabulary: Vocabulary; shift: number } => {
    const tokens = vocabularies[name];
    if (!tokens)
      throw new HeedError("bundle", `the bundle has no vocabulary for field "${name}"`, "train again");
    const vocabulary = vocabularyOf(tokens);
    const first = shift;
    shift += vocabulary.size;
    return { name, vocabulary, shift: first };
  });
  const known = new Set(fields);
  return (rows) => {
    const data = new Int32Array(rows.length * fields.length);
    rows.forEach((row, i) => {
      const foreign = Object.keys(row).find((name) => !known.has(name));
      if (foreign !== undefined) throw unknownField(foreign, fields);
      encoders.forEach(({ name, vocabulary, shift: first }, f) => {
        const value = row[name];
        data[i * fields.length + f] = first + encode(vocabulary, value == null ? null : `${value}`);
      });
    });
    return { fields: { data, shape: [rows.length, fields.length] } };
  };
}

function unknownField(name: string, fields: readonly string[]): HeedError {
  const near = nearest(name, fields);
  return new HeedError(
    "unknown-field",
    `the model has no field "${name}"`,
    near ? `did you mean "${near}"?` : `its fields are ${fields.join(", ")}`,
  );
}
