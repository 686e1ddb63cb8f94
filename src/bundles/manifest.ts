import { z } from "zod";

/** The version this program writes and reads. It rises whenever an older reader would misread a bundle. */
export const formatVersion = 2;

/** The graph's file; a bundle of tables alone has none. */
export const graphFile = "model.onnx";

const signature = z.object({
  name: z.string(),
  dtype: z.enum(["float32", "float64", "int32", "int64", "bool"]),
  shape: z.array(z.union([z.number(), z.string()])),
});

/** A file directly inside the bundle's folder: a manifest from elsewhere must not reach outside of it. */
const fileName = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, "must be a plain file name");

const estimate = z.object({
  value: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
  /** How the interval was found. */
  method: z.string().optional(),
});

/** An embedding table outside the graph: little-endian float32 rows, `rowsPerFile` a file, in order. */
const table = z.object({
  name: z.string(),
  /** The column of row ids whose rows the graph is fed. */
  ids: z.string(),
  rows: z.int().positive(),
  dim: z.int().positive(),
  rowsPerFile: z.int().positive(),
  files: z.array(fileName).min(1),
});

/** What every family of models says. */
const common = z.object({
  format: z.literal(`heed-bundle-${formatVersion}`),
  /** The model's name in its family's registry. */
  model: z.string().min(1),
  /** RFC 3339, UTC. */
  created: z.string(),
  seed: z.int(),
  embeddings: z.enum(["exact", "lazy"]),
  /** What it was trained with, as plain data. */
  settings: z.record(z.string(), z.unknown()),
  data: z.object({ name: z.string(), /** SHA-256 of the training part. */ fingerprint: z.string() }),
  /** Measured figures, such as "test auc", with the ends of their 95 % intervals where they have one. */
  metrics: z.record(z.string(), estimate),
  inputs: z.array(signature),
  outputs: z.array(signature),
  /** The file of each vocabulary: a JSON list of tokens in id order, from id 1. */
  vocabularies: z.record(z.string(), fileName),
  tables: z.array(table),
  /** Every file beside the manifest. */
  files: z.record(fileName, z.object({ bytes: z.int().nonnegative(), sha256: z.string() })),
});

/** What a bundle says of itself. A new family of models is one more variant here, and nothing else in this folder. */
export const manifestSchema = z.discriminatedUnion("kind", [
  /** Scores for a history of items; the vocabulary "item" names them, id 0 is padding. */
  common.extend({
    kind: z.literal("sequence"),
    /** Length of the histories the graph reads. */
    length: z.int().positive(),
  }),
  /** Neighbours, similarities and counts in tables, by item; no graph. Written as `serve` reads them. */
  common.extend({
    kind: z.literal("counting"),
    /**
     * How a history is scored: "supporters", which is meant where nothing is said, adds up the similarities of its items to each candidate whose neighbours they are;
     * "followers" reads the row of the last item alone.
     */
    reads: z.enum(["supporters", "followers"]).optional(),
  }),
  /** A probability for one value of each field, in this order; each has a vocabulary of its name. */
  common.extend({ kind: z.literal("ctr"), fields: z.array(z.string()).min(1) }),
]);

export type BundleManifest = z.infer<typeof manifestSchema>;
export type BundleTable = z.infer<typeof table>;
export type Estimate = z.infer<typeof estimate>;

type Computed = "format" | "created" | "inputs" | "outputs" | "vocabularies" | "tables" | "files";
type Described<M> = M extends unknown ? Omit<M, Computed> : never;

/** What a caller says of a bundle; the rest of the manifest follows from what is saved. */
export type BundleDescription = Described<BundleManifest>;
