import { HeedError } from "../../core/errors.js";
import { dataFolder } from "../../data/index.js";
import { deepFmFrappe } from "./deepfm-frappe.js";
import { type MatmulTimer, matmulTimer } from "./matmul.js";
import { sasRecMl1m } from "./sasrec-ml1m.js";
import type { Bench, BenchRow, Suite } from "./suite.js";

type Measure = (bench: Bench, matmul: MatmulTimer, folder: string) => Promise<BenchRow>;

/** Measurements by the data set they need. */
const measures: readonly (readonly [data: string, Measure])[] = [
  ["frappe", deepFmFrappe],
  ["ml-1m-seq", sasRecMl1m],
];

/** Whole epochs on public data sets; one that is not on this machine is left out, with the reason told. */
export const models: Suite = async (bench) => {
  const matmul = await matmulTimer();
  const rows: BenchRow[] = [];
  try {
    for (const [data, measure] of measures) {
      const folder = folderOf(data, bench);
      if (folder !== null) rows.push(await measure(bench, matmul, folder));
    }
  } finally {
    await matmul.release();
  }
  return rows;
};

function folderOf(data: string, bench: Bench): string | null {
  try {
    return dataFolder(data);
  } catch (error) {
    if (!(error instanceof HeedError && error.code === "no-data")) throw error;
    bench.say(`left out: ${error.message}`);
    return null;
  }
}
