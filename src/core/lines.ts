import type { Readable } from "node:stream";

/** One line of a stream: its number from 1 and its bytes, or null where it was too long. */
export interface Line {
  number: number;
  bytes: Buffer | null;
}

/**
 * The lines of a stream of bytes, read only as fast as they are taken. Blank lines are counted, and skipped unless `blank`; of
 * a line longer than `longest` bytes no more than that is ever kept. Stopping early leaves the stream open, so that its sender
 * can be answered.
 */
export async function* readLines(
  stream: Readable,
  longest: number,
  { blank = false }: { blank?: boolean } = {},
): AsyncGenerator<Line> {
  let number = 1;
  let pieces: Buffer[] = [];
  let length = 0;

  function finish(): Line | null {
    const bytes = length > longest ? null : pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    const line = { number, bytes };
    const isBlank = !blank && bytes?.every((byte) => byte === 0x0d || byte === 0x20 || byte === 0x09);
    number++;
    pieces = [];
    length = 0;
    return isBlank ? null : line;
  }

  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = finish();
      if (line) yield line;
    }
    keep(chunk.subarray(start));
  }
  const last = pieces.length > 0 || length > 0 ? finish() : null;
  if (last) yield last;

  function keep(piece: Buffer): void {
    length += piece.length;
    if (length > longest) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  }
}
