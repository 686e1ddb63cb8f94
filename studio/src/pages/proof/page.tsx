import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../../api/client";
import type { components } from "../../api/schema";
import { Page } from "../../components/page";
import { useSearchText } from "../../components/search-text";
import { Loaded } from "../../components/states";
import { StateMark } from "./state";
import { System } from "./system";

type State = components["schemas"]["System"]["state"];
const order: readonly State[] = ["passes", "fails", "needs-data", "not-run"];

export default function Proof() {
  const [slug, open] = useSearchText("system");
  const [state, narrow] = useSearchText("state");
  const query = useQuery({
    queryKey: ["systems"],
    queryFn: ({ signal }) => answered(api.GET("/v1/systems", { signal })),
  });
  if (slug !== undefined) return <System slug={slug} close={() => open(undefined)} />;
  return (
    <Page
      title="Proof"
      about="Every published system that Heed implements, and how its reproduction stands. A system works when its reproduction passes."
    >
      <Loaded query={query} what="the systems">
        {({ systems }) => (
          <>
            <ul className="flex flex-wrap gap-2">
              {[undefined, ...order].map((each) => (
                <li key={each ?? "all"}>
                  <button
                    type="button"
                    aria-pressed={state === each}
                    onClick={() => narrow(each)}
                    className="rounded-lg border border-line bg-card px-3 py-1 hover:bg-tint aria-pressed:border-accent aria-pressed:bg-tint"
                  >
                    {each ? <StateMark state={each} /> : "all"}{" "}
                    <strong>{systems.filter((system) => !each || system.state === each).length}</strong>
                  </button>
                </li>
              ))}
            </ul>
            <ul className="grid gap-2 md:grid-cols-2">
              {systems
                .filter((system) => state === undefined || system.state === state)
                .map((system) => (
                  <li key={system.slug}>
                    <button
                      type="button"
                      onClick={() => open(system.slug)}
                      className="h-full w-full rounded-xl border border-line bg-card px-4 py-3 text-left hover:bg-tint"
                    >
                      <StateMark state={system.state} /> <strong>{system.slug}</strong>
                      <span className="block">{system.title}</span>
                      <span className="line-clamp-2 block text-sm text-quiet">
                        {system.figures > 0 ? `${system.figures} figures` : system.reason}
                      </span>
                    </button>
                  </li>
                ))}
            </ul>
          </>
        )}
      </Loaded>
    </Page>
  );
}
