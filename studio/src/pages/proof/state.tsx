const marks: Readonly<Record<string, { sign: string; look: string }>> = {
  passes: { sign: "✓", look: "bg-tint text-accent" },
  pass: { sign: "✓", look: "bg-tint text-accent" },
  fails: { sign: "✗", look: "bg-bad-tint text-bad" },
  fail: { sign: "✗", look: "bg-bad-tint text-bad" },
  "needs-data": { sign: "○", look: "bg-warn-tint text-warn" },
};

/** A state or a verdict: told by a sign and a word, not by colour alone. */
export function StateMark({ state }: { state: string }) {
  const { sign, look } = marks[state] ?? { sign: "·", look: "bg-paper text-quiet" };
  return (
    <span className={`inline-block rounded px-2 text-sm font-medium whitespace-nowrap ${look}`}>
      <span aria-hidden="true">{sign}</span> {state}
    </span>
  );
}
