import { type ReactNode, useId } from "react";

/** A titled part of a page. */
export function Card({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-xl border border-line bg-card p-4">
      <h2 id={id}>{title}</h2>
      {about && <p className="mb-2 text-sm text-quiet">{about}</p>}
      <div className="mt-2">{children}</div>
    </section>
  );
}

/** One figure with its name, and when or how it was measured. */
export function Figure({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="min-w-0 rounded-xl border border-line bg-card p-4">
      <p className="text-sm text-quiet">{name}</p>
      <p className="truncate text-2xl font-semibold tabular-nums">{value}</p>
      {note && <p className="text-sm text-quiet">{note}</p>}
    </div>
  );
}
