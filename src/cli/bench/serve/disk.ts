import { open, rm } from "node:fs/promises";
import { join } from "node:path";

/** Bytes a second that the disk takes when frames of a size are written one after the other and each is synced. */
export async function diskRate(folder: string, frameBytes: number, seconds: number): Promise<number> {
  const path = join(folder, "disk-rate.bin");
  const frame = Buffer.alloc(frameBytes, 0x61);
  const handle = await open(path, "w");
  try {
    const start = performance.now();
    let written = 0;
    do {
      await handle.write(frame, 0, frame.length, written);
      await handle.datasync();
      written += frame.length;
    } while (performance.now() - start < seconds * 1000);
    return written / ((performance.now() - start) / 1000);
  } finally {
    await handle.close();
    await rm(path);
  }
}
