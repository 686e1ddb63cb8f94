import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asProblem, type Problem } from "../api/problem";
import { Button } from "./button";

export function Loading({ what }: { what: string }) {
  return (
    <p role="status" className="py-8 text-center text-quiet">
      Loading {what}…
    </p>
  );
}

/** Nothing to show yet, and what would change that. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="rounded-xl border border-dashed border-line px-4 py-8 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="mt-1 text-quiet">{children}</div>}
    </div>
  );
}

/** A refusal with its remedy; where Heed does not answer at all it says that instead. */
export function Failed({ problem, retry }: { problem: Problem; retry?: (() => void) | undefined }) {
  const isAway = problem.code === "disconnected";
  return (
    <div role="alert" className="rounded-xl border border-bad bg-bad-tint px-4 py-3">
      <p className="font-medium text-bad">
        {isAway ? "Disconnected: Heed does not answer" : problem.message}
      </p>
      <p className="mt-1">{problem.remedy}</p>
      <p className="mt-1 text-sm text-quiet">code: {problem.code}</p>
      {retry && (
        <div className="mt-2">
          <Button onClick={retry}>Try again</Button>
        </div>
      )}
    </div>
  );
}

/** A query's loading, failed, empty and loaded states. What was loaded before stays on screen while Heed is away. */
export function Loaded<T>(props: {
  query: UseQueryResult<T>;
  what: string;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { query, what, isEmpty, empty, children } = props;
  const { data, error, refetch } = query;
  if (data === undefined) {
    if (error) return <Failed problem={asProblem(error)} retry={() => void refetch()} />;
    return <Loading what={what} />;
  }
  return (
    <>
      {error && (
        <p role="alert" className="mb-3 rounded-lg bg-warn-tint px-3 py-2 text-warn">
          {asProblem(error).message}: this is what was known before.
        </p>
      )}
      {isEmpty?.(data) ? empty : children(data)}
    </>
  );
}
