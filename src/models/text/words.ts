/** English words that say nothing of what a text is about. */
const stopWords: ReadonlySet<string> = new Set(
  (
    "a about after all also am an and any are as at be because been before being but by can could did do does for from had has " +
    "have he her him his how i if in into is it its just me more my no not of on or our out over she so some such than that the " +
    "their them then there these they this those to too under up very was we were what when where which while who will with " +
    "would you your"
  ).split(" "),
);

/** The lower-cased words of a text in their order: runs of letters and digits, accents kept. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The same without stop words and words of a single letter. */
export function contentWords(text: string): string[] {
  return words(text).filter((word) => word.length > 1 && !stopWords.has(word));
}
