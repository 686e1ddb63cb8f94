import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { listen } from "../api/live";
import type { Problem } from "../api/problem";
import type { components } from "../api/schema";

export type Activity = components["schemas"]["Activity"];

interface Live {
  /** The newest summary; null before the first. */
  activity: Activity | null;
  /** Why nothing is heard; null while something is. */
  problem: Problem | null;
}

const context = createContext<Live>({ activity: null, problem: null });

/** Hears once a second how Heed is doing; what depends on a model is asked again when another one serves. */
export function ActivityProvider({ children }: { children: ReactNode }) {
  const [live, setLive] = useState<Live>({ activity: null, problem: null });
  const queries = useQueryClient();
  useEffect(() => {
    let serving = "";
    return listen("/v1/activity/tail", {
      message(event, data) {
        if (event !== "activity") return;
        const activity = data as Activity;
        setLive({ activity, problem: null });
        const now = JSON.stringify(activity.models);
        if (serving !== "" && now !== serving) void queries.invalidateQueries({ queryKey: ["models"] });
        serving = now;
      },
      state(state) {
        setLive((before) => ({ ...before, problem: state === "open" ? null : state }));
        // What failed while Heed was away is asked again when it is back.
        if (state === "open")
          void queries.refetchQueries({ predicate: ({ state }) => state.status === "error" });
      },
    });
  }, [queries]);
  return <context.Provider value={live}>{children}</context.Provider>;
}

export function useActivity(): Live {
  return useContext(context);
}
