import { join } from "node:path";
import { badCell, numbers, readDelimited } from "../csv.js";
import type { Importer } from "./importer.js";

/** What a policy showed in one slot, one row an item: the columns have one length. */
export interface BanditLog {
  item: Int32Array;
  /** From 1. */
  position: Int32Array;
  /** 1 for a click. */
  click: Float32Array;
  /** The probability that the policy gave to this item at this position. */
  propensity: Float64Array;
}

/** Open Bandit Dataset, sample of the men's campaign (Saito et al. 2020, arXiv:2008.07146): real clicks with known propensities. */
export const openBanditSmall: Importer<{ random: BanditLog; thompson: BanditLog }> = {
  name: "obd-small",
  licence: "CC BY 4.0 (ZOZO Research)",
  source: "https://github.com/st-tech/zr-obp, obd/random/men/men.csv and obd/bts/men/men.csv",
  files: ["random_men.csv.gz", "bts_men.csv.gz"],
  load: (folder) => ({
    random: readLog(join(folder, "random_men.csv.gz")),
    thompson: readLog(join(folder, "bts_men.csv.gz")),
  }),
};

function readLog(path: string): BanditLog {
  const table = readDelimited(path, ["item_id", "position", "click", "propensity_score"]);
  const checked = (name: keyof typeof table.columns, holds: (value: number) => boolean, rule: string) => {
    const values = numbers(table, name);
    const wrong = values.findIndex((value) => !holds(value));
    if (wrong >= 0) throw badCell(table, name, wrong, rule);
    return values;
  };
  const whole = (least: number) => (value: number) => Number.isInteger(value) && value >= least;
  return {
    item: Int32Array.from(checked("item_id", whole(0), "it must be a whole number from 0")),
    position: Int32Array.from(checked("position", whole(1), "it must be a whole number from 1")),
    click: Float32Array.from(checked("click", (value) => value === 0 || value === 1, "it must be 0 or 1")),
    propensity: checked("propensity_score", (value) => value > 0 && value <= 1, "it must lie in (0, 1]"),
  };
}
