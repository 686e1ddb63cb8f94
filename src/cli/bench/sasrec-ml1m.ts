import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batches, importers, leaveOneOut, row, rowsOf, type SequenceColumn } from "../../data/index.js";
import { sasRec, sequenceBatch } from "../../models/index.js";
import { createTrainer, type Trainable } from "../../train/index.js";
import { sasRecStepFlops } from "./flops.js";
import { againstMatmul, type MatmulTimer } from "./matmul.js";
import type { Peer } from "./peers.js";
import { startEqual } from "./step-contest.js";
import { adam } from "./step-timer.js";
import { type Bench, type BenchRow, told } from "./suite.js";
import { byTurns, medianQuotient } from "./turns.js";

/** The published settings. */
export const ml1mShape = { batch: 128, length: 200, dim: 64, blocks: 2, dropout: 0.1 };

/**
 * One training epoch of SASRec on MovieLens 1M: leave-one-out, full softmax. The epoch is dealt out over the rounds, so
 * that contestants alternate within it; the peer trains the same batches in the same order.
 */
export async function sasRecMl1m(
  bench: Bench,
  matmul: MatmulTimer,
  folder: string,
  shape = ml1mShape,
): Promise<BenchRow> {
  const { length, dim, blocks, dropout } = shape;
  const { items, sequences } = importers["ml-1m-seq"].load(folder);
  const { train } = leaveOneOut(sequences);
  const order = epochOrder(train, shape.batch);
  const model = sasRec.trainable({ items, length }, { dim, blocks, dropout });
  const trainer = await createTrainer(model, adam);
  const trainOn = (users: number[]) => trainer.step(sequenceBatch(rowsAt(train, users), length), 1e-3);
  const peer = await startInOrder(bench, model, folder, order, shape);
  try {
    await trainOn(order[0]!); // to warm up, as the peer does
    const parts = deal(order, bench.rounds ?? 6);
    const [oursNext, peerNext] = [parts.values(), parts.values()];
    const turns = await byTurns(parts.length, {
      matmul: matmul.turn,
      async ours() {
        const start = performance.now();
        for (const users of oursNext.next().value!) await trainOn(users);
        return (performance.now() - start) / 1000;
      },
      peer: peer && (() => peer.turn(`${peerNext.next().value!.length}`)),
    });
    const stepFlops = (users: number[]) =>
      sasRecStepFlops({ ...shape, items, ...sizesOf(rowsAt(train, users), length) });
    const flops = parts.map((part) => sum(part.map(stepFlops)));
    const epoch = sum(flops);
    const scaled = turns.ours.map((seconds, part) => (seconds * epoch) / flops[part]!);
    return told(bench, scaled, {
      name: "sasrec-ml1m-epoch",
      value: sum(turns.ours),
      unit: "s",
      ...againstMatmul(matmul, epoch, { matmul: turns.matmul, ours: scaled }),
      peer: medianQuotient(turns.peer, turns.ours),
    });
  } finally {
    await peer?.stop();
    await trainer.release();
  }
}

/** Starts the peer on the same batches; it has read them by the time it is ready. */
async function startInOrder(
  bench: Bench,
  model: Trainable,
  folder: string,
  order: readonly number[][],
  shape: typeof ml1mShape,
): Promise<Peer | undefined> {
  const temporary = await mkdtemp(join(tmpdir(), "heed-bench-"));
  try {
    const path = join(temporary, "order.txt");
    await writeFile(path, order.map((users) => `${users.join(" ")}\n`).join(""));
    const options = Object.entries(shape).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    const given = [join(folder, "sequences.txt.gz"), "--order", path, ...options];
    return await startEqual(bench.peers, model, "sasrec_ml1m.py", given);
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/** The users of each batch, in the order that training takes them. */
function epochOrder(train: SequenceColumn, batchSize: number): number[][] {
  const usable = Array.from({ length: rowsOf(train) }, (_, i) => i).filter((i) => row(train, i).length >= 2);
  const chosen = [...batches(usable.length, { batchSize, seed: 1, epoch: 1 })];
  return chosen.map((places) => Array.from(places, (place) => usable[place]!));
}

/** Cuts a list into at most `parts` runs of nearly equal length, none empty. */
function deal<T>(list: readonly T[], parts: number): T[][] {
  const count = Math.min(parts, list.length);
  const cut = (part: number) => Math.floor((part * list.length) / count);
  return Array.from({ length: count }, (_, part) => list.slice(cut(part), cut(part + 1)));
}

function rowsAt(column: SequenceColumn, rows: readonly number[]): Int32Array[] {
  return rows.map((i) => row(column, i));
}

function sizesOf(histories: readonly Int32Array[], length: number): { batch: number; targets: number } {
  return { batch: histories.length, targets: sum(histories.map((ids) => Math.min(length, ids.length - 1))) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
