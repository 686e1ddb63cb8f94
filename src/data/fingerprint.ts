import { createHash } from "node:crypto";
import type { Column, Dataset } from "./dataset.js";

/**
 * SHA-256 (hex) of a data set's columns: names, kinds, sizes and values. The order in which columns were listed and the
 * data set's own name do not count; anything a model could tell apart does.
 */
export function fingerprint(dataset: Dataset): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(dataset.columns).sort()) {
    const column = dataset.columns[name]!;
    const parts = numbersOf(column);
    // The header fixes where each array ends, so that no two data sets can give the same bytes.
    const lengths = parts.map((part) => part.length);
    hash.update(
      `${JSON.stringify([name, column.kind, column.kind === "numeric" ? 0 : column.size, lengths])}\n`,
    );
    for (const part of parts) hash.update(littleEndian(part));
  }
  return hash.digest("hex");
}

function numbersOf(column: Column): (Int32Array | Float32Array)[] {
  return column.kind === "sequence" ? [column.offsets, column.values] : [column.values];
}

const nativeLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndian(values: Int32Array | Float32Array): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return nativeLittleEndian ? bytes : Buffer.from(bytes).swap32();
}
