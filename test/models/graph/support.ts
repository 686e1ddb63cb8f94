import { compile, constant, type Tensor } from "../../../src/tensor/index.js";

/** Rows as a float64 constant. */
export function rows(values: readonly (readonly number[])[]): Tensor {
  return constant("float64", [values.length, values[0]!.length], values.flat());
}

/** The identity: what a hop makes of it is the hop's matrix. */
export function identity(size: number): Tensor {
  return rows(
    Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => Number(i === j))),
  );
}

/** The values of a graph without inputs, row by row; a scalar is a row of one. */
export async function computed(tensor: Tensor): Promise<number[][]> {
  const program = await compile({ tensor }, { threads: 1 });
  const { data } = (await program.run({})).tensor!;
  const values = Array.from(data, Number);
  await program.release();
  const width = (tensor.shape.at(-1) as number | undefined) ?? 1;
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

/** Rounded to six decimals, as golden values are given. */
export function rounded(values: readonly (readonly number[])[]): number[][] {
  return values.map((row) => row.map((value) => Math.round(value * 1e6) / 1e6 + 0));
}
