import type { ReactNode } from "react";

/** A page's heading, what it is for, and its parts. */
export function Page({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <div className="grid gap-4">
      <header>
        <h1>{title}</h1>
        <p className="text-quiet">{about}</p>
      </header>
      {children}
    </div>
  );
}
