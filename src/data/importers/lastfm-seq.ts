import { join } from "node:path";
import type { Importer } from "./importer.js";
import { readAttributes } from "./item-attributes.js";
import { readSequences, type SequenceData } from "./sequences.js";

/** Last.fm artists (HetRec 2011, Cantador et al. 2011), as S3-Rec reads it; an artist's tags, repeated once a vote. */
export const lastFmSequences: Importer<SequenceData> = {
  name: "lastfm-seq",
  licence: "non-commercial research; cite Cantador, Brusilovsky & Kuflik 2011",
  source: "https://github.com/RUCAIBox/CIKM2020-S3Rec, data/LastFM.txt and LastFM_item2attributes.json",
  files: ["sequences.txt.gz", "item2attributes.json.gz"],
  load(folder) {
    const data = readSequences(join(folder, "sequences.txt.gz"), lastFmSequences.name);
    return { ...data, attributes: readAttributes(join(folder, "item2attributes.json.gz"), data.items) };
  },
};
