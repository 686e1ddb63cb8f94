/** A count as people read it: 12,345. */
export function count(value: number): string {
  return value.toLocaleString();
}

/** A share in percent, or a dash where nothing was counted. */
export function share(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** A figure of a table: four significant digits, a dash where there is none. */
export function figure(value: number | null): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(3) : String(+value.toPrecision(4));
}

/** How long ago, roughly: "12 s", "5 min", "3 h", "2 days". */
export function ago(at: number, now = Date.now()): string {
  const seconds = Math.max(0, (now - at) / 1000);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h`;
  return `${count(Math.round(seconds / 86_400))} days`;
}
