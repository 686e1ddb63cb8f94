import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { HeedError } from "../core/errors.js";
import { type OnnxGraph, openProgram, type Program } from "../tensor/index.js";

const signature = z.object({
  name: z.string(),
  dtype: z.enum(["float32", "float64", "int32", "int64", "bool"]),
  shape: z.array(z.union([z.number(), z.string()])),
});

const manifestSchema = z.object({
  format: z.literal("heed-bundle-1"),
  model: z.string(),
  created: z.string(),
  /** Length of the histories the graph reads. */
  length: z.number().int().positive(),
  /** Item names by id; place 0 is padding. */
  vocabulary: z.array(z.string()),
  metrics: z.record(z.string(), z.number()),
  /** SHA-256 of the training data. */
  dataFingerprint: z.string(),
  /** SHA-256 of model.onnx. */
  modelFingerprint: z.string(),
  inputs: z.array(signature),
  outputs: z.array(signature),
});

export type BundleManifest = z.infer<typeof manifestSchema>;

/** What a caller says of a bundle; the rest of the manifest follows from the graph. */
export type BundleDescription = Pick<
  BundleManifest,
  "model" | "length" | "vocabulary" | "metrics" | "dataFingerprint"
>;

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Writes a bundle folder beside its place and renames it there, so that a reader never sees half of one. */
export async function saveBundle(
  folder: string,
  graph: OnnxGraph,
  description: BundleDescription,
): Promise<void> {
  const manifest: BundleManifest = {
    format: "heed-bundle-1",
    created: new Date().toISOString(),
    ...description,
    modelFingerprint: sha256(graph.bytes),
    inputs: graph.inputs.map((s) => ({ ...s, shape: [...s.shape] })),
    outputs: graph.outputs.map((s) => ({ ...s, shape: [...s.shape] })),
  };
  const temporary = `${folder}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await writeFile(join(temporary, "model.onnx"), graph.bytes);
  await writeFile(join(temporary, "manifest.json"), JSON.stringify(manifest, null, 2));
  const previous = `${folder}.previous`;
  if (existsSync(folder)) {
    await rm(previous, { recursive: true, force: true });
    await rename(folder, previous);
  }
  await rename(temporary, folder);
}

/** Opens a bundle after checking that it is whole and Heed's own. */
export async function loadBundle(folder: string): Promise<{ manifest: BundleManifest; program: Program }> {
  const broken = (what: string, cause?: unknown) =>
    new HeedError("bundle", `${folder}: ${what}`, "train again, or restore the folder from a copy", {
      cause,
    });
  let manifest: BundleManifest;
  let bytes: Uint8Array;
  try {
    manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
    bytes = await readFile(join(folder, "model.onnx"));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw broken(`not a readable Heed bundle (${reason})`, cause);
  }
  if (sha256(bytes) !== manifest.modelFingerprint)
    throw broken("model.onnx is damaged: its checksum differs from the manifest's");
  const program = await openProgram(
    { bytes, inputs: manifest.inputs, outputs: manifest.outputs },
    { threads: 1 },
  );
  return { manifest, program };
}
