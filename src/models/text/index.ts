export { type Bm25, type Bm25Options, fitBm25 } from "./bm25.js";
export { type TfIdf, tfIdf } from "./tf-idf.js";
export { truncatedSvd } from "./truncated-svd.js";
export { contentWords, words } from "./words.js";
