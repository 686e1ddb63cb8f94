export { type EmbeddingCache, type EmbeddingProvider, type EmbedOptions, embedAll } from "./embedding.js";
export { hashedEmbedding } from "./hashed-embedding.js";
export { oneLine } from "./plain-text.js";
