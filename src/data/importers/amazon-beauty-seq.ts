import { join } from "node:path";
import type { Importer } from "./importer.js";
import { readAttributes } from "./item-attributes.js";
import { readSequences, type SequenceData } from "./sequences.js";

/** Amazon Beauty 2014, 5-core, with item attributes (categories and brand), as S3-Rec reads it (Zhou et al. 2020). */
export const amazonBeautySequences: Importer<SequenceData> = {
  name: "amazon-beauty-seq",
  licence: "offered for research; cite He & McAuley 2016",
  source: "https://github.com/RUCAIBox/CIKM2020-S3Rec, data/Beauty.txt and Beauty_item2attributes.json",
  files: ["sequences.txt.gz", "item2attributes.json.gz"],
  load(folder) {
    const data = readSequences(join(folder, "sequences.txt.gz"), amazonBeautySequences.name);
    return { ...data, attributes: readAttributes(join(folder, "item2attributes.json.gz"), data.items) };
  },
};
