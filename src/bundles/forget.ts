import { randomBytes } from "node:crypto";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { vocabularyOf } from "../data/index.js";
import { clearRow } from "../tensor/index.js";
import { writeChecked } from "./files.js";
import { type BundleManifest, graphFile, manifestSchema } from "./manifest.js";

/**
 * Copies a bundle into a new folder without what it learned of some users: their tokens leave the vocabulary of the field
 * "user", and their rows, in the graph and in the tables outside of it, become zero. Returns false, and writes nothing, when
 * the bundle knows none of them. Bundles that read no field "user" have learned nothing of one user alone.
 */
export async function copyForgetting(
  folder: string,
  target: string,
  users: ReadonlySet<string>,
): Promise<boolean> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
  const vocabularyFile = manifest.vocabularies.user;
  if (manifest.kind !== "ctr" || vocabularyFile === undefined) return false;
  const tokens = JSON.parse(await readFile(join(folder, vocabularyFile), "utf8")) as string[];
  const places = tokens.flatMap((token, i) => (users.has(token) ? [i] : []));
  if (places.length === 0) return false;
  await rm(target, { recursive: true, force: true });
  await cp(folder, target, { recursive: true });
  const files = { ...manifest.files };
  const rewrite = async (name: string, bytes: Uint8Array) => {
    await rm(join(target, name));
    files[name] = await writeChecked(join(target, name), [bytes]);
  };

  // Ids of others stay as they are, so the place is kept by a token that is nobody's.
  const kept = tokens.map((token) =>
    users.has(token) ? `erased:${randomBytes(12).toString("hex")}` : token,
  );
  await rewrite(vocabularyFile, Buffer.from(JSON.stringify(kept)));
  const { rows, first } = await rowsOfUsers(folder, manifest, tokens.length);
  const cleared = places.map((place) => first + place + 1);
  if (files[graphFile]) {
    const graph = await readFile(join(folder, graphFile));
    await rewrite(
      graphFile,
      cleared.reduce((bytes, row) => clearRow(bytes, rows, row), new Uint8Array(graph)),
    );
  }
  for (const table of manifest.tables) {
    if (table.rows !== rows) continue;
    for (const row of cleared) {
      const name = table.files[Math.floor(row / table.rowsPerFile)]!;
      const bytes = new Uint8Array(await readFile(join(target, name)));
      const at = (row % table.rowsPerFile) * table.dim * 4;
      await rewrite(name, bytes.fill(0, at, at + table.dim * 4));
    }
  }
  await writeFile(join(target, "manifest.json"), JSON.stringify({ ...manifest, files }, null, 2));
  return true;
}

/** How many rows the fields have altogether, and where those of the field "user" begin. */
async function rowsOfUsers(
  folder: string,
  manifest: Extract<BundleManifest, { kind: "ctr" }>,
  users: number,
): Promise<{ rows: number; first: number }> {
  let rows = 0;
  let first = 0;
  for (const field of manifest.fields) {
    if (field === "user") {
      first = rows;
      rows += users + 2;
      continue;
    }
    const tokens = JSON.parse(
      await readFile(join(folder, manifest.vocabularies[field]!), "utf8"),
    ) as string[];
    rows += vocabularyOf(tokens).size;
  }
  return { rows, first };
}
