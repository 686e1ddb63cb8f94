/** Names separated by commas, on lines of at most `width` characters that start with `indent`. */
export function wrapped(names: readonly string[], indent: string, width = 80): string {
  const lines: string[] = [];
  let line = indent;
  names.forEach((name, i) => {
    const word = i < names.length - 1 ? `${name}, ` : name;
    if (line !== indent && line.length + word.trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += word;
  });
  return [...lines, line].join("\n");
}
