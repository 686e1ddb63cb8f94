import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** A word of the address (`?item=heat`): what a page shows can be linked to, and "back" works. */
export function useSearchText(name: string): [string | undefined, (value: string | undefined) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const set = useCallback(
    (value: string | undefined) =>
      void navigate({
        to: ".",
        search: (before: Record<string, unknown>) => ({ ...before, [name]: value }) as never,
      }),
    [navigate, name],
  );
  const value = search[name];
  return [value === undefined ? undefined : String(value), set];
}
