/**
 * A text from elsewhere as one harmless line: control and invisible characters and line breaks become single spaces, and
 * only the first `words` words are kept, each cut to 40 characters. What it says is kept; that it could look like another
 * part of a prompt is not.
 */
export function oneLine(text: string, words = 20): string {
  return text
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .split(" ")
    .slice(0, words)
    .map((word) => [...word].slice(0, 40).join(""))
    .join(" ");
}
