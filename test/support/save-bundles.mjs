// Saves one bundle after another into the folder given, each with its number inside and out, until it is killed.
import { saveBundle } from "../../dist/bundles/index.js";
import { input, writeOnnx } from "../../dist/tensor/index.js";

const [folder, first] = process.argv.slice(2);
const size = 20_000;

for (let number = Number(first); ; number++) {
  const x = input("x", "float32", ["batch", 1]);
  const rows = input("rows", "float32", ["batch", 1, 4]);
  const bias = input("bias", "float32", []);
  const graph = writeOnnx(
    { y: x.add(bias).add(rows.sum([1, 2]).unsqueeze(1)) },
    { bias: Float32Array.of(number) },
  );
  await saveBundle(
    folder,
    {
      description: {
        kind: "ctr",
        model: "numbered",
        seed: number,
        embeddings: "lazy",
        settings: {},
        data: { name: "none", fingerprint: "" },
        metrics: {},
        fields: ["a"],
      },
      graph,
      vocabularies: { a: [`token ${number}`] },
      tables: [
        { name: "rows", ids: "ids", rows: size, dim: 4, values: [new Float32Array(size * 4).fill(number)] },
      ],
    },
    { tableFileBytes: 100_000 },
  );
  process.stdout.write(`${number}\n`);
}
