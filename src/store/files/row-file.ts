/** A row as it stands in a file, or why it cannot be read. */
export type FileRow =
  | {
      /** Where it begins: the line, or in Parquet the row, from 1. */
      line: number;
      /** By column; null where there is nothing. Whole numbers beyond 2^53 are bigint where the format has them. */
      values: Record<string, unknown>;
    }
  | { line: number; reason: string };

export interface FileBatch {
  rows: FileRow[];
  /** How much of the file was read, from 0 to 1. */
  part: number;
}

/** A file of rows, read piece by piece. */
export interface RowFile {
  /** The columns, or null where every row names its own. */
  columns: readonly string[] | null;
  /** The type of each column, in DuckDB's words, where the file tells. */
  types?: Readonly<Record<string, string>>;
  /** All rows in order, in bounded memory; can be read once. */
  batches: AsyncIterable<FileBatch>;
  close(): Promise<void>;
}

/** Rows in one batch. */
export const batchRows = 2_000;
/** The longest line that is read, in bytes. */
export const longestLine = 1_000_000;
