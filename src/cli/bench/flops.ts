// Floating-point operations of the matrix products alone, a multiplication and an addition counting as two. Training
// takes each product three times: forward, and for the gradient of either side.

/** A forward pass of linear layers of the given sizes, inputs first. */
export function mlpForwardFlops(rows: number, sizes: readonly number[]): number {
  return sizes.slice(1).reduce((total, size, layer) => total + 2 * rows * sizes[layer]! * size, 0);
}

/** A training step of the same layers; inputs that are data and not embeddings take no gradient. */
export function mlpStepFlops(rows: number, sizes: readonly number[], learnedInputs: boolean): number {
  const untaken = learnedInputs ? 0 : mlpForwardFlops(rows, sizes.slice(0, 2));
  return 3 * mlpForwardFlops(rows, sizes) - untaken;
}

/** The sizes that matter in a step of SASRec; `targets` counts the positions of the batch where the loss is taken. */
export interface SasRecStep {
  batch: number;
  length: number;
  dim: number;
  blocks: number;
  items: number;
  targets: number;
}

/** A training step of SASRec: six linear layers and two products of attention a block, then scores of all items. */
export function sasRecStepFlops({ batch, length, dim, blocks, items, targets }: SasRecStep): number {
  const linear = 6 * 2 * batch * length * dim * dim;
  const attention = 2 * 2 * batch * length * length * dim;
  return 3 * (blocks * (linear + attention) + 2 * targets * dim * items);
}
