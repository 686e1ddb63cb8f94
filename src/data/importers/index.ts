import { adultCensus } from "./adult-census.js";
import { amazonBeautySequences } from "./amazon-beauty-seq.js";
import { amazonGamesSequences } from "./amazon-games-seq.js";
import { amazonMusicalReviews } from "./amazon-musical-reviews.js";
import { amazonSportsSequences } from "./amazon-sports-seq.js";
import { frappe, frappeRecreated } from "./frappe.js";
import { lastFmSequences } from "./lastfm-seq.js";
import { movieLens1mSequences } from "./ml-1m-seq.js";
import { movieLensSmall } from "./ml-latest-small.js";
import { movieLensSmallImplicit } from "./mlsmall-implicit.js";
import { movieTweetings } from "./movietweetings-100k.js";
import { openBanditSmall } from "./obd-small.js";
import { tiktokInteractions } from "./tiktok-inter.js";

/** Every public data set Heed reads. A new one is its file and its line here. */
export const importers = {
  "movietweetings-100k": movieTweetings,
  "ml-latest-small": movieLensSmall,
  "mlsmall-implicit": movieLensSmallImplicit,
  frappe,
  "frappe-recreated": frappeRecreated,
  "ml-1m-seq": movieLens1mSequences,
  "amazon-beauty-seq": amazonBeautySequences,
  "amazon-sports-seq": amazonSportsSequences,
  "amazon-games-seq": amazonGamesSequences,
  "lastfm-seq": lastFmSequences,
  "amazon-musical-reviews": amazonMusicalReviews,
  "adult-census": adultCensus,
  "obd-small": openBanditSmall,
  "tiktok-inter": tiktokInteractions,
} as const;

export type { Census, CensusField } from "./adult-census.js";
export type { Reviews } from "./amazon-musical-reviews.js";
export type { Importer } from "./importer.js";
export type { Tags } from "./ml-latest-small.js";
export type { BanditLog } from "./obd-small.js";
export type { SequenceData } from "./sequences.js";
export type { Pairs, SplitPairs } from "./tiktok-inter.js";
