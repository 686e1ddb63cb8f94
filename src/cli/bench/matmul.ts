import { random } from "../../core/random.js";
import { compile, input } from "../../tensor/index.js";
import { type Bench, type BenchRow, told } from "./suite.js";
import { byTurns, median, medianQuotient, type Turn } from "./turns.js";

/** Measures the machine's own rate, whenever it is asked to: it drifts. */
export interface MatmulTimer {
  /** Seconds of one square float32 product in ONNX Runtime. */
  turn: Turn;
  /** What every turn so far gave. */
  seconds: number[];
  /** Floating-point operations of the product. */
  flops: number;
  size: number;
  release(): Promise<void>;
}

export async function matmulTimer(size = 1024): Promise<MatmulTimer> {
  const program = await compile({
    y: input("a", "float32", [size, size]).matmul(input("b", "float32", [size, size])),
  });
  const side = (name: string) => {
    const source = random(1, "bench", name);
    return { data: Float32Array.from({ length: size * size }, () => source.normal()), shape: [size, size] };
  };
  const feeds = { a: side("a"), b: side("b") };
  const seconds: number[] = [];
  return {
    seconds,
    size,
    flops: 2 * size ** 3,
    async turn() {
      const times: number[] = [];
      for (let i = 0; i < 13; i++) {
        const start = performance.now();
        await program.run(feeds);
        times.push((performance.now() - start) / 1000);
      }
      seconds.push(median(times.slice(3)));
      return seconds.at(-1)!;
    },
    release: () => program.release(),
  };
}

/** The fraction of the machine's matmul rate that work of `flops` reached, by turns with the product itself. */
export function againstMatmul(
  matmul: MatmulTimer,
  flops: number,
  turns: { matmul: readonly number[]; ours: readonly number[] },
): { bound: string; ratio: number } {
  const rate = matmul.flops / median(turns.matmul) / 1e9;
  return {
    bound: `matmul ${rate.toFixed(0)} GFLOP/s`,
    ratio: (flops / matmul.flops) * medianQuotient(turns.matmul, turns.ours)!,
  };
}

/** How many times as fast the product is as PyTorch's, or null. */
export async function matmulPeer(bench: Bench, matmul: MatmulTimer): Promise<number | null> {
  const peer = await bench.peers?.start("matmul.py", ["--size", `${matmul.size}`, "--steps", "10"]);
  try {
    const turns = await byTurns(bench.rounds ?? 5, { ours: matmul.turn, peer: peer && (() => peer.turn()) });
    return medianQuotient(turns.peer, turns.ours);
  } finally {
    await peer?.stop();
  }
}

/** The machine's rate over the whole run. */
export function matmulRow(bench: Bench, matmul: MatmulTimer, peer: number | null): BenchRow {
  return told(bench, matmul.seconds, {
    name: `matmul-${matmul.size}`,
    value: matmul.flops / median(matmul.seconds) / 1e9,
    unit: "GFLOP/s",
    bound: "itself",
    ratio: 1,
    peer,
  });
}
