import { loadFrappe } from "./frappe.js";
import { loadMovieLensSmall } from "./ml-latest-small.js";
import { loadMovieTweetings } from "./movietweetings-100k.js";
import { loadSequences } from "./sequences.js";

/** Every public data set Heed reads: its terms, and its loader. A new one is its file and its line here. */
export const importers = {
  "movietweetings-100k": { licence: "MIT", load: loadMovieTweetings },
  "ml-latest-small": {
    licence: "GroupLens: research use, redistribution under the same terms",
    load: loadMovieLensSmall,
  },
  frappe: { licence: "research use, no redistribution", load: loadFrappe },
  "ml-1m-seq": {
    licence: "GroupLens: research use, no redistribution",
    load: (folder: string) => loadSequences(folder, "ml-1m-seq"),
  },
  "amazon-beauty-seq": {
    licence: "research use; cite He & McAuley 2016",
    load: (folder: string) => loadSequences(folder, "amazon-beauty-seq"),
  },
} as const;

export type { CtrSplit } from "./frappe.js";
export type { SequenceData } from "./sequences.js";
