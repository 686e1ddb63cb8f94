import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createContext, useContext } from "react";
import { answered, api } from "../api/client";
import { keepKey } from "../api/key";
import { asProblem } from "../api/problem";
import type { components } from "../api/schema";
import { Failed, Loading } from "../components/states";
import { router } from "../router";
import { ActivityProvider } from "./activity";
import { SignIn } from "./sign-in";

type Caller = components["schemas"]["Caller"];

interface Session {
  caller: Caller;
  signOut(): void;
}

const context = createContext<Session | null>(null);

/** Who uses the Studio; only inside the door. */
export function useSession(): Session {
  return useContext(context)!;
}

/** Asks the server who one is. Without keys it lets in programs on its own machine; with keys it wants a secret one. */
export function Door() {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["caller"],
    queryFn: ({ signal }) => answered(api.GET("/v1/caller", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data) {
    const signOut = () => {
      keepKey(null);
      queries.clear();
      location.reload();
    };
    return (
      <context.Provider value={{ caller: data, signOut }}>
        <ActivityProvider>
          <RouterProvider router={router} />
        </ActivityProvider>
      </context.Provider>
    );
  }
  if (!error) return <Loading what="the Studio" />;
  const problem = asProblem(error);
  if (problem.code === "unauthorized" || problem.code === "forbidden")
    return <SignIn problem={problem} enter={() => void refetch()} />;
  return (
    <main className="mx-auto max-w-xl p-6">
      <Failed problem={problem} retry={() => void refetch()} />
    </main>
  );
}
