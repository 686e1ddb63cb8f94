/** A moment as people read it, with the exact one in the title. */
export function Time({ at }: { at: string | number }) {
  const date = new Date(at);
  const iso = date.toISOString();
  return (
    <time dateTime={iso} title={iso} className="whitespace-nowrap">
      {date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" })}
    </time>
  );
}

/** The time of day alone, for a stamp beside a figure that changes all the time. */
export function Stamp({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} className="tabular-nums">
      {new Date(at).toLocaleTimeString()}
    </time>
  );
}
