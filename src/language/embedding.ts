import { HeedError } from "../core/errors.js";

/** Whatever turns texts into vectors: a language model's hidden states, an embedding model, or plain counting. */
export interface EmbeddingProvider {
  /** Names the model and all else that its vectors depend on; vectors of one name may be mixed. */
  name: string;
  /** Length of every vector. */
  dimension: number;
  /** One vector a text, in their order. */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

/** Where vectors are kept between calls; a Map will do. */
export interface EmbeddingCache {
  get(key: string): Float32Array | undefined;
  set(key: string, vector: Float32Array): unknown;
}

export interface EmbedOptions {
  /** Texts a call of the provider; the default is 64. */
  batchSize?: number;
  /** Each batch is kept as soon as it is there, so that a run that fails later has lost only one. */
  cache?: EmbeddingCache;
  signal?: AbortSignal;
}

/**
 * The vectors of many texts: each distinct text is asked for once, in batches, unless the cache has it. Errors:
 * "embedding" when the provider answers with too few vectors, or with one of another length or not finite.
 */
export async function embedAll(
  provider: EmbeddingProvider,
  texts: readonly string[],
  options: EmbedOptions = {},
): Promise<Float32Array[]> {
  const { batchSize = 64, cache = new Map<string, Float32Array>(), signal } = options;
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw new HeedError("option", `batchSize is ${batchSize}`, "give a whole number from 1");
  const key = (text: string) => `${provider.name}\n${text}`;
  const found = new Map<string, Float32Array>();
  for (const text of texts) {
    const kept = cache.get(key(text));
    if (kept) found.set(text, checked(provider, kept));
  }
  const wanted = [...new Set(texts)].filter((text) => !found.has(text));
  for (let start = 0; start < wanted.length; start += batchSize) {
    signal?.throwIfAborted();
    const batch = wanted.slice(start, start + batchSize);
    const vectors = await provider.embed(batch);
    if (vectors.length !== batch.length)
      throw wrong(provider, `gave ${vectors.length} vectors for ${batch.length} texts`);
    batch.forEach((text, i) => {
      const vector = checked(provider, vectors[i]!);
      found.set(text, vector);
      cache.set(key(text), vector);
    });
  }
  return texts.map((text) => found.get(text)!);
}

function checked(provider: EmbeddingProvider, vector: Float32Array): Float32Array {
  if (vector.length !== provider.dimension)
    throw wrong(provider, `gave a vector of ${vector.length} values, not ${provider.dimension}`);
  if (!vector.every(Number.isFinite)) throw wrong(provider, "gave a vector with values that are not finite");
  return vector;
}

function wrong(provider: EmbeddingProvider, what: string): HeedError {
  return new HeedError(
    "embedding",
    `the embedding provider "${provider.name}" ${what}`,
    "check the provider's model and dimension, or use the hashed embedding, which needs no model",
  );
}
