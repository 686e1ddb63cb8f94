import { HeedError } from "../../core/errors.js";
import { concat, constant, type Tensor, withGradient } from "../../tensor/index.js";

/**
 * The synergistic contrast of MMHCL: for each node, minus the log of the share that its own second view has among its
 * cosines to the other nodes of the first view and to all of the second, e^(cosine / temperature); the mean over nodes.
 * Both are [nodes, dim] with `nodes` a number, and both learn.
 *
 * Rows are worked off in blocks, and the gradient is made with them, so that at no time more than one block of cosines is
 * needed, whatever the number of nodes.
 */
export function synergisticContrast(
  first: Tensor,
  second: Tensor,
  temperature: number,
  blockRows = 4096,
): Tensor {
  // Below, e^(-2 / temperature) comes near the smallest float32.
  if (!(temperature >= 0.05))
    throw new HeedError("contrast", `the temperature is ${temperature}`, "give a number from 0.05");
  const nodes = first.shape[0]!;
  if (typeof nodes !== "number" || second.shape[0] !== nodes) {
    throw new HeedError(
      "contrast",
      `the views are ${first} and ${second}`,
      "give two views of the same, known number of nodes",
    );
  }
  const [a, b] = [first.l2Normalize(), second.l2Normalize()];
  const places = constant(
    "int32",
    [nodes],
    Int32Array.from({ length: nodes }, (_, node) => node),
  );
  const blocks = Array.from({ length: Math.ceil(nodes / blockRows) }, (_, i) => {
    const [start, end] = [i * blockRows, Math.min(nodes, (i + 1) * blockRows)];
    return contrastBlock(a, b, places, start, end, temperature);
  });
  const total = (parts: readonly Tensor[]) => parts.reduce((sum, part) => sum.add(part));
  const scale = 1 / (temperature * nodes);
  return withGradient(total(blocks.map(({ loss }) => loss)).mul(1 / nodes), [a, b], (g) => {
    const factor = g.mul(scale);
    return [
      concat(
        blocks.map(({ rows }) => rows),
        0,
      )
        .add(total(blocks.map(({ firstColumns }) => firstColumns)))
        .mul(factor),
      total(blocks.map(({ secondColumns }) => secondColumns))
        .sub(a)
        .mul(factor),
    ];
  });
}

/** The losses of rows start..end, and what their cosines pass to the rows themselves and to the columns of both views. */
function contrastBlock(
  a: Tensor,
  b: Tensor,
  places: Tensor,
  start: number,
  end: number,
  temperature: number,
) {
  const [rows, own] = [a.slice(0, start, end), b.slice(0, start, end)];
  // A cosine is at most 1: shifted by it, no power overflows.
  const powers = (view: Tensor) =>
    rows
      .matmul(view, { transposeRight: true })
      .sub(1)
      .mul(1 / temperature)
      .exp();
  const itself = places.slice(0, start, end).unsqueeze(1).equal(places);
  const [among, across] = [itself.where(0, powers(a)), powers(b)];
  const sum = among.sum(1, true).add(across.sum(1, true));
  const positive = rows
    .mul(own)
    .sum(1, true)
    .sub(1)
    .mul(1 / temperature);
  const [near, far] = [among.div(sum), across.div(sum)];
  return {
    loss: sum.log().sub(positive).sum(),
    rows: near.matmul(a).add(far.matmul(b)).sub(own),
    firstColumns: near.matmul(rows, { transposeLeft: true }),
    secondColumns: far.matmul(rows, { transposeLeft: true }),
  };
}
