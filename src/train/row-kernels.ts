import { readFile } from "node:fs/promises";
import { HeedError } from "../core/errors.js";

/** The part of the WebAssembly API used here, which Node's types leave out. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Module {}
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: unknown;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}

/** An optimizer's step on rows of a table: ids, count, first, dim, gradients, scale, values, slots, constants. */
export type UpdateKernel = (...operands: number[]) => void;

/** The functions of kernels/index.ts. Arrays are byte addresses in the memory they were opened on. */
export interface RowKernels {
  largest(ids: number, count: number): number;
  group(
    ids: number,
    count: number,
    most: number,
    distinct: number,
    starts: number,
    order: number,
    place: number,
    scratch: number,
  ): number;
  gather(ids: number, count: number, first: number, dim: number, table: number, out: number): void;
  touch(ids: number, count: number, first: number, dim: number, table: number): number;
  sum(order: number, starts: number, count: number, dim: number, upstream: number, out: number): void;
  penalize(gradients: number, rows: number, length: number, penalty: number): void;
  squares(values: number, length: number): number;
  solve(
    ids: number,
    starts: number,
    count: number,
    dim: number,
    others: number,
    gram: number,
    penalties: number,
    steps: number,
    scratch: number,
    rows: number,
  ): void;
  sgd: UpdateKernel;
  momentum: UpdateKernel;
  adam: UpdateKernel;
  adagrad: UpdateKernel;
  ftrl: UpdateKernel;
}

/** Names of the kernels that apply an optimizer. */
export type UpdateKernelName = "sgd" | "momentum" | "adam" | "adagrad" | "ftrl";

/** The compiled kernels; each memory that they work on gets its own instance. */
export type KernelModule = WebAssembly.Module;

/** Numbers beside which the kernels run. It is reserved in address order, aligned to cache lines. */
export interface KernelMemory {
  kernels: RowKernels;
  /** Reserves `bytes` and returns their address. Growing makes earlier views empty: reserve first, then view. */
  reserve(bytes: number): number;
  /** Forgets all reservations; the memory stays. */
  reset(): void;
  int32(address: number, length: number): Int32Array;
  float32(address: number, length: number): Float32Array;
}

const pageBytes = 65536;
const lineBytes = 64;
/** What 32-bit addresses reach. */
const largestBytes = 2 ** 32;

/** Compiles the kernels shipped with the package (source: kernels/). */
export async function loadKernels(): Promise<KernelModule> {
  return WebAssembly.compile(await readFile(new URL("../../assets/row-kernels.wasm", import.meta.url)));
}

/** Opens a memory of at least `bytes`, zeroed. `purpose` names it in the error when the machine has no room. */
export function openMemory(module: KernelModule, purpose: string, bytes = 0): KernelMemory {
  const full = (needed: number, cause?: unknown) =>
    new HeedError(
      "memory",
      `${purpose} needs ${(needed / 2 ** 30).toFixed(2)} GiB`,
      needed > largestBytes
        ? "4 GiB is the most: use smaller batches or a smaller dim"
        : "free memory, or use less",
      { cause },
    );
  if (bytes > largestBytes) throw full(bytes);
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
  } catch (cause) {
    throw full(bytes, cause);
  }
  // The instance's exports are those of kernels/index.ts; a test compares their names and behaviour.
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as RowKernels;
  let used = 0;
  return {
    kernels,
    reserve(size) {
      const address = used;
      used += Math.ceil(size / lineBytes) * lineBytes;
      const missing = Math.ceil((used - memory.buffer.byteLength) / pageBytes);
      if (used > largestBytes) throw full(used);
      if (missing > 0) {
        try {
          memory.grow(missing);
        } catch (cause) {
          throw full(used, cause);
        }
      }
      return address;
    },
    reset() {
      used = 0;
    },
    int32: (address, length) => new Int32Array(memory.buffer, address, length),
    float32: (address, length) => new Float32Array(memory.buffer, address, length),
  };
}
