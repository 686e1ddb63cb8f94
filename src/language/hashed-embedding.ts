import { HeedError } from "../core/errors.js";
import { streamKey } from "../core/random.js";
import type { EmbeddingProvider } from "./embedding.js";

/**
 * Embeds texts without any model: words, pairs of neighbouring words and the letter trigrams of each word are counted
 * into `dimension` places by a signed hash (Weinberger et al. 2009, arXiv:0902.2206), counts are damped by a square root
 * and the vector is scaled to length 1. Texts that share words and spellings are near; meaning is not seen. An empty text
 * gives the zero vector.
 */
export function hashedEmbedding(dimension = 256): EmbeddingProvider {
  if (!(Number.isInteger(dimension) && dimension >= 1))
    throw new HeedError("option", `dimension is ${dimension}`, "give a whole number from 1");
  return {
    name: `hashed-ngrams-${dimension}`,
    dimension,
    embed: async (texts) => texts.map((text) => hashed(text, dimension)),
  };
}

function hashed(text: string, dimension: number): Float32Array {
  const counts = new Map<string, number>();
  for (const gram of grams(text)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const vector = new Float32Array(dimension);
  for (const [gram, count] of counts) {
    const hash = streamKey(0, gram);
    const place = (hash >>> 1) % dimension;
    vector[place] = vector[place]! + (hash & 1 ? Math.sqrt(count) : -Math.sqrt(count));
  }
  const norm = Math.hypot(...vector);
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

function* grams(text: string): Generator<string> {
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  for (const [i, word] of words.entries()) {
    yield `word ${word}`;
    if (i > 0) yield `pair ${words[i - 1]} ${word}`;
    const letters = [..."^", ...word, ..."$"];
    for (let at = 0; at + 3 <= letters.length; at++) yield `letters ${letters.slice(at, at + 3).join("")}`;
  }
}
